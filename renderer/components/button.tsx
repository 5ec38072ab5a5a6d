import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './button.module.css';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `act` is the one thing to do on a screen; `plain` has no edge, for places that hold many. */
  readonly look?: 'act' | 'edge' | 'plain' | 'danger';
  readonly icon?: ReactNode;
}

export function Button({ look = 'edge', icon, children, className, type = 'button', ...rest }: ButtonProps) {
  return (
    <button {...rest} type={type} className={[styles.button, styles[look], className].filter(Boolean).join(' ')}>
      {icon}
      {children}
    </button>
  );
}
