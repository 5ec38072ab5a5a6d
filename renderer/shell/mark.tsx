import mark from '../assets/mark.svg';

/** The app's mark: a way through where the others end. Its name stands beside it. */
export function Mark() {
  return <img src={mark} alt="" />;
}
