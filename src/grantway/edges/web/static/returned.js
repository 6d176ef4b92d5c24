// The answer of a sign-in, handed to the reference page that waits for it. Only that page knows the state and the
// verifier, so what is said here is worth nothing to others.
const found = Object.fromEntries(new URLSearchParams(location.search));

// A code in the address would end up in the history and in logs.
history.replaceState(null, "", location.pathname);

const channel = new BroadcastChannel("grantway.reference");
channel.postMessage(found);
channel.close();
window.close();
