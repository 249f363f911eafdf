// A passkey is made or asked for by the browser. What it answers goes into the form's hidden box as JSON.
"use strict";

const CEREMONIES = {
  make: (options) => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  use: (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

async function answer(button, said) {
  said.textContent = "";
  button.disabled = true;
  try {
    const credential = await CEREMONIES[button.dataset.passkey](JSON.parse(button.dataset.options));
    button.form.elements.passkey.value = JSON.stringify(credential);
    button.form.requestSubmit();
  } catch (error) {
    said.textContent = `${button.dataset.failed} (${error.name})`;
    button.disabled = false;
    button.focus();
  }
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  const said = document.getElementById(button.getAttribute("aria-describedby"));
  if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    button.disabled = false;
    button.addEventListener("click", () => answer(button, said));
  } else {
    said.textContent = "This browser knows no passkeys, or the page did not come over HTTPS.";
  }
}
