import Funnel from "@lucide/svelte/icons/funnel";
import LayoutDashboard from "@lucide/svelte/icons/layout-dashboard";
import ListChecks from "@lucide/svelte/icons/list-checks";
import MessageSquareQuote from "@lucide/svelte/icons/message-square-quote";
import OctagonAlert from "@lucide/svelte/icons/octagon-alert";
import Radio from "@lucide/svelte/icons/radio";
import Settings from "@lucide/svelte/icons/settings";
import { m } from "#paraglide/messages.js";

/** The places of the dashboard, in order. `isRanged`: the page has a time range, which goes along from page to page. */
export const PLACES = [
  { path: "/", label: m.nav_overview, icon: LayoutDashboard, isRanged: true },
  { path: "/errors", label: m.nav_errors, icon: OctagonAlert, isRanged: true },
  { path: "/funnels", label: m.nav_funnels, icon: Funnel, isRanged: true },
  { path: "/voices", label: m.nav_voices, icon: MessageSquareQuote, isRanged: true },
  { path: "/issues", label: m.nav_issues, icon: ListChecks, isRanged: false },
  { path: "/ingestion", label: m.nav_ingestion, icon: Radio, isRanged: false },
  { path: "/settings", label: m.nav_settings, icon: Settings, isRanged: false },
] as const;
