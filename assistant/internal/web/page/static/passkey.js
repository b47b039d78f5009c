// Passkeys: forms with data-passkey ask the authenticator first. Browsers without any do not show them.
"use strict";
(() => {
  if (!window.PublicKeyCredential) return;
  const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

  const make = (c) => navigator.credentials.create({ publicKey: {
    challenge: bytes(c.challenge), rp: { id: c.host, name: c.host },
    user: { id: bytes(c.user_id), name: c.user, displayName: c.user },
    pubKeyCredParams: c.algorithms.map((alg) => ({ type: "public-key", alg })),
    excludeCredentials: (c.known || []).map((id) => ({ type: "public-key", id: bytes(id) })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" }, attestation: "none",
  } });
  const use = (c) => navigator.credentials.get({ publicKey: {
    challenge: bytes(c.challenge), rpId: c.host, userVerification: "required",
  } });

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = form.querySelector("[role=alert]");
      said.hidden = true;
      try {
        const answer = await fetch(form.dataset.passkey, { method: "POST" });
        if (!answer.ok) throw new Error(answer.statusText);
        const challenge = await answer.json();
        const made = await (challenge.user ? make(challenge) : use(challenge)), r = made.response;
        const fields = { id: made.rawId, client_data: r.clientDataJSON };
        if (challenge.user) {
          fields.authenticator_data = r.getAuthenticatorData();
          fields.key = r.getPublicKey();
        } else {
          fields.authenticator_data = r.authenticatorData;
          fields.signature = r.signature;
        }
        for (const [name, value] of Object.entries(fields)) {
          const input = Object.assign(document.createElement("input"), { type: "hidden", name, value: text(value) });
          form.append(input);
        }
        form.submit();
      } catch {
        said.hidden = false; // given up, or there is no authenticator
      }
    });
  }
})();
