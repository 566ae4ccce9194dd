// The list that this tab came from: its address and its tickets in order, kept while the tab is open.
const KEY = "ticket-list";

export function rememberList(numbers) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname + location.search, numbers }));
  } catch {
    // without it there is no pager, and Escape leads to all tickets
  }
}

export function cameFrom() {
  try {
    const { path, numbers } = JSON.parse(sessionStorage.getItem(KEY));
    return { path, numbers };
  } catch {
    return { path: "/tickets", numbers: [] };
  }
}
