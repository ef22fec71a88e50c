import { createApp, h, nextTick } from "vue";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";
import { voxloopPlugin, watchRouter, type Reporter } from "../src/frameworks/vue.ts";

const AccountPage = {
  name: "AccountPage",
  render: () =>
    h("button", {
      onClick: () => {
        throw new TypeError("no limit");
      },
    }),
};
const Empty = { render: () => null };

/** What the app's own handler was told. */
export async function showVue(voxloop: Reporter): Promise<string[]> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: "/", component: Empty },
      { path: "/closed", component: Empty, beforeEnter: () => false },
      { path: "/accounts", component: RouterView, children: [{ path: ":id(\\d+)", component: AccountPage }] },
    ],
  });
  const told: string[] = [];
  for (const hasHandler of [true, false]) {
    const app = createApp({ name: "BankApp", render: () => h(RouterView) });
    if (hasHandler) app.config.errorHandler = (error) => void told.push((error as Error).message);
    app.use(voxloopPlugin(voxloop));
    const stop = hasHandler ? watchRouter(voxloop, router) : undefined;
    const place = document.body.appendChild(document.createElement("div"));
    app.use(router).mount(place);
    await router.isReady();
    for (const path of ["/accounts/7?tab=1", "/accounts/7?tab=2", "/closed", "/accounts/8"])
      await router.push(path);
    stop?.();
    await nextTick();
    place.querySelector("button")?.click();
    await router.push("/");
  }
  return told;
}
