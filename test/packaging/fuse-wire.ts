import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';

/** desktop.md, "Fuses". */
export const wantedFuses: Readonly<Record<string, unknown>> = {
  version: '1',
  [FuseV1Options.RunAsNode]: FuseState.DISABLE,
  [FuseV1Options.EnableCookieEncryption]: FuseState.ENABLE,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: FuseState.DISABLE,
  [FuseV1Options.EnableNodeCliInspectArguments]: FuseState.DISABLE,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: FuseState.ENABLE,
  [FuseV1Options.OnlyLoadAppFromAsar]: FuseState.ENABLE,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: FuseState.DISABLE,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: FuseState.DISABLE,
  // A safety net of V8's that nobody has a reason to cut.
  [FuseV1Options.WasmTrapHandlers]: FuseState.ENABLE,
};

export async function readFuses(program: string): Promise<Readonly<Record<string, unknown>>> {
  return { ...(await getCurrentFuseWire(program)) };
}
