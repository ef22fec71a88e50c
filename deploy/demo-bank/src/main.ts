import { mount } from "svelte";
import App from "./App.svelte";
import { Bank } from "./bank.svelte.ts";
import "./style.css";

const target = document.querySelector("#app");
if (target === null) throw new Error("index.html has no #app");

/** Which key to send with, as the process that serves this page says; events go to the page's own origin. */
const answer = await fetch("./config.json");
const { writeKey } = (await answer.json()) as { writeKey: string };
mount(App, { target, props: { bank: new Bank({ writeKey, endpoint: location.origin }) } });
