// Over both Prefect UIs: buttons that the gateway would only refuse are hidden by what they say (they have no other
// hook), and every page has a way back to the workbench, a run's page one to its request as well.
"use strict";

const NEVER = new Set([
  ...["Delete", "Edit", "Duplicate", "Retry", "Change state", "Pause", "Schedule", "Add", "Automate", "Create Automation"],
  ...["Quick run", "Quick Run", "Copy to new run", "Share View", "Save View", "Join the community"],
  ...["Parameters", "Job Variables", "Subflow Runs", "Configuration"], // stripped, so empty
]);
const HERE = ".page-heading__trailing button, .p-overflow-menu-item, [role=menuitem], [role=tab], .p-tab, [data-sidebar=footer] li, a, button";
const RUN = /\/runs\/flow-run\/([0-9a-f-]{36})/;

let shown = "";
let may = [];

const back = document.createElement("nav");
back.id = "oa-back";
back.append(link("/", "返回工作台"));

function link(href, text) {
  const made = document.createElement("a");
  made.href = href;
  made.textContent = text;
  return made;
}

// Resume and Cancel stand in the page's heading (first UI) or in its menu (second UI); those of dialogs stay.
function ofRun(each) {
  return each.matches(".page-heading__trailing button, .p-overflow-menu-item, [role=menuitem]");
}

function refused(each) {
  const said = each.textContent.trim();
  return NEVER.has(said) || (["Resume", "Cancel"].includes(said) && ofRun(each) && !may.includes(said));
}

function tidy() {
  for (const each of document.querySelectorAll(HERE)) each.toggleAttribute("data-oa-hidden", refused(each));
  const run = RUN.exec(location.pathname)?.[1] ?? "";
  if (run !== shown) follow(run);
}

async function follow(run) {
  [shown, may] = [run, []];
  back.replaceChildren(link("/", "返回工作台"));
  if (!run) return;
  const answer = await fetch(`/prefect/run/${run}`);
  if (!answer.ok || run !== shown) return;
  const about = await answer.json();
  may = about.may;
  back.append(link(`/requests/${about.number}`, `申请 ${about.number}`));
  tidy();
}

document.body.prepend(back);
new MutationObserver(tidy).observe(document.body, { childList: true, subtree: true, characterData: true });
tidy();
