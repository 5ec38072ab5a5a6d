/** The two channels between preload and main: calls with their name and input, and what the host tells by itself. */
export const callChannel = 'waylight:call';
export const eventChannel = 'waylight:event';
