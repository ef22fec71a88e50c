import { init } from "../browser.ts";
import { leaveBehind } from "./leave-behind.ts";

leaveBehind(init);
