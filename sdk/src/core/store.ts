/** Key-value text that outlives the page where the platform allows it. */
export interface Store {
  /** Nothing stored and "" are the same. */
  read: (key: string) => string | undefined;
  write: (key: string, value: string) => void;
}
