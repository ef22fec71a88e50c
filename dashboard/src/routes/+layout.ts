/** A single-page app: what it shows depends on who is signed in, so nothing is rendered in advance. */
export const ssr = false;
export const prerender = false;
