export interface Toast {
  id: number;
  tone: "good" | "bad";
  text: string;
  action?: { label: string; run: () => Promise<void> };
}

const SHOWN_MS = 6000;

/** Short messages that come and go. One with an action (undo) stays as long as any other; closing it does not undo. */
class Toasts {
  items = $state<Toast[]>([]);
  #next = 1;

  show(toast: Omit<Toast, "id">): void {
    const id = this.#next++;
    this.items.push({ ...toast, id });
    setTimeout(() => this.close(id), SHOWN_MS);
  }

  good(text: string, action?: Toast["action"]): void {
    this.show(action ? { tone: "good", text, action } : { tone: "good", text });
  }

  bad(text: string): void {
    this.show({ tone: "bad", text });
  }

  close(id: number): void {
    this.items = this.items.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
