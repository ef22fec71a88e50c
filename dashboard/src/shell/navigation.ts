import AppWindow from "@lucide/svelte/icons/app-window";
import Funnel from "@lucide/svelte/icons/funnel";
import Gauge from "@lucide/svelte/icons/gauge";
import LayoutDashboard from "@lucide/svelte/icons/layout-dashboard";
import LifeBuoy from "@lucide/svelte/icons/life-buoy";
import ListChecks from "@lucide/svelte/icons/list-checks";
import MessageSquareQuote from "@lucide/svelte/icons/message-square-quote";
import OctagonAlert from "@lucide/svelte/icons/octagon-alert";
import Package from "@lucide/svelte/icons/package";
import Radio from "@lucide/svelte/icons/radio";
import Repeat from "@lucide/svelte/icons/repeat";
import Route from "@lucide/svelte/icons/route";
import Search from "@lucide/svelte/icons/search";
import Settings from "@lucide/svelte/icons/settings";
import SmilePlus from "@lucide/svelte/icons/smile-plus";
import Users from "@lucide/svelte/icons/users";
import { m } from "#paraglide/messages.js";

/**
 * The places of the dashboard, in order. `isRanged`: the page has a time range, which goes along from page to page. On a phone
 * the bar has room for five; those that are visited less stand in the menu.
 */
export const PLACES = [
  { path: "/", label: m.nav_overview, icon: LayoutDashboard, isRanged: true, isInMenu: false },
  { path: "/errors", label: m.nav_errors, icon: OctagonAlert, isRanged: true, isInMenu: false },
  { path: "/funnels", label: m.nav_funnels, icon: Funnel, isRanged: true, isInMenu: false },
  { path: "/voices", label: m.nav_voices, icon: MessageSquareQuote, isRanged: true, isInMenu: false },
  { path: "/issues", label: m.nav_issues, icon: ListChecks, isRanged: false, isInMenu: false },
  { path: "/experience", label: m.nav_experience, icon: Gauge, isRanged: true, isInMenu: true },
  { path: "/pages", label: m.nav_pages, icon: AppWindow, isRanged: true, isInMenu: true },
  { path: "/paths", label: m.nav_paths, icon: Route, isRanged: true, isInMenu: true },
  { path: "/retention", label: m.nav_retention, icon: Repeat, isRanged: true, isInMenu: true },
  { path: "/search", label: m.nav_search, icon: Search, isRanged: true, isInMenu: true },
  { path: "/segments", label: m.nav_segments, icon: Users, isRanged: false, isInMenu: true },
  { path: "/releases", label: m.nav_releases, icon: Package, isRanged: true, isInMenu: true },
  { path: "/guidance", label: m.nav_guidance, icon: LifeBuoy, isRanged: true, isInMenu: true },
  { path: "/surveys", label: m.nav_surveys, icon: SmilePlus, isRanged: true, isInMenu: true },
  { path: "/ingestion", label: m.nav_ingestion, icon: Radio, isRanged: false, isInMenu: true },
  { path: "/settings", label: m.nav_settings, icon: Settings, isRanged: false, isInMenu: true },
] as const;
