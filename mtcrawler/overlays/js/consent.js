// Runs autoconsent in one frame and tells how it ended. The bundle is put in as text (consent.py), as a page may forbid eval.
(async (/** @type {{ rules: string; patience: { still: number; popup: number; most: number } }} */ { rules, patience }) => {
  const started = performance.now();
  let cmp = /** @type {string | null} */ (null);
  let over = false;
  let running = /** @type {Autoconsent | null} */ (null);
  let popup = false;
  let end = (/** @type {object} */ _outcome) => {};
  const done = new Promise((resolve) => {
    end = resolve;
  });
  /** @param {string} result */
  const answer = (result) => {
    if (over) return;
    over = true;
    // It cannot be called off, but its hands can be tied: what it still wants to press, it no longer finds.
    if (running?.domActions) {
      const no = async () => false;
      const never = () => new Promise(() => {});
      Object.assign(running.domActions, { click: no, clickElement: no, waitForMutation: never, elementSelector: () => [] });
    }
    end({ cmp, result, ms: performance.now() - started });
  };
  const config = {
    enabled: true,
    autoAction: "optOut",
    disabledCmps: ["Test page CMP", "Test page cosmetic CMP"],
    enablePrehide: false,
    enableCosmeticRules: false,
    enableGeneratedRules: true,
    detectRetries: 0,
    isMainWorld: true,
    heuristicMode: "reject",
    logs: {
      lifecycle: false,
      rulesteps: false,
      detectionsteps: false,
      evals: false,
      errors: false,
      messages: false,
      waits: false,
    },
  };
  // The binding has to exist before the bundle runs.
  window.autoconsentSendMessage = function (message) {
    if (this?.updateState) running = this;
    if (over) return;
    if (message.type === "init") {
      queueMicrotask(() =>
        window.autoconsentReceiveMessage?.({ type: "initResp", config, rules: { autoconsent: JSON.parse(rules) } }),
      );
    } else if (message.type === "eval") {
      let result = false;
      try {
        result = (0, eval)(message.code);
      } catch {
        result = false; // The page forbids eval, or the vendor's object is not there.
      }
      queueMicrotask(() => window.autoconsentReceiveMessage?.({ id: message.id, type: "evalResp", result }));
    } else if (message.type === "cmpDetected") {
      cmp = message.cmp;
    } else if (message.type === "popupFound") {
      popup = true;
      cmp = message.cmp;
    } else if (message.type === "optOutResult") answer(message.result ? "refused" : "failed");
    else if (message.type === "report" && message.state.lifecycle === "nothingDetected") answer("nothing");
  };
  delete window.autoconsentReceiveMessage;
  /* BUNDLE */
  // It is waited for as long as something moves, and not much longer: many a rule waits for what never comes.
  let moved = performance.now();
  const observer = new MutationObserver(() => {
    moved = performance.now();
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true });
  const watch = setInterval(() => {
    const now = performance.now();
    if (now - moved > (popup ? patience.still : patience.popup) || now - started > patience.most) answer("given up");
    if (!over) return;
    clearInterval(watch);
    observer.disconnect();
  }, 25);
  return done;
})
