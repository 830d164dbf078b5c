// The site's scripts: what readers' browsers do to a page after it has loaded. Addresses on the page may name the
// publisher's own host, so everything is fetched from the origin that served it.
(() => {
  "use strict";

  const settings = window.paper;
  const DAY = 24 * 3600;

  const here = (url) => {
    const address = new URL(url, document.baseURI);
    return location.origin + address.pathname + address.search;
  };
  const suspended = (name) => new RegExp(`(?:^|;\\s*)${name}=suspended(?:;|$)`).test(document.cookie);
  const has = (name) => new RegExp(`(?:^|;\\s*)${name}=`).test(document.cookie);
  const remember = (name, value, days) => {
    document.cookie = `${name}=${value}; path=/; max-age=${Math.round(days * DAY)}; SameSite=Lax`;
  };
  const each = (scope, selector, start) => scope.querySelectorAll(selector).forEach(start);
  const whenSeen = (element, act) => {
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) act(entry.target, observer);
    });
    observer.observe(element);
  };

  // The address and the title follow whichever story is in view.
  const follow = (scope) => whenSeen(scope, () => {
    const container = [...scope.children].find((child) => child.matches(".article-container"));
    if (!container || !container.dataset.articleUrl) return;
    const { articleUrl, articleTitle } = container.dataset;
    history.pushState({ ...container.dataset }, "", here(articleUrl));
    document.title = `${articleTitle} - The Moscow Times`;
  });

  // The next story comes into the same page.
  const scrollOn = (loader) => {
    let busy = false;
    whenSeen(loader, async (_, observer) => {
      if (busy) return;
      busy = true;
      const answer = await fetch(here(loader.dataset.url.replace("{{id}}", loader.dataset.id)));
      if (!answer.ok) {
        loader.style.visibility = "hidden";
        return;
      }
      const story = document.createElement("article");
      story.setAttribute("y-use", "article.IsIntersecting");
      story.innerHTML = await answer.text();
      loader.before(story);
      const { nextId, articleUrl, articleTitle } = document.getElementById(`article-id-${loader.dataset.id}`).dataset;
      loader.dataset.id = nextId;
      document.title = `${articleTitle} - The Moscow Times`;
      history.pushState({ nextId, articleUrl, articleTitle }, "", here(articleUrl));
      start(story);
      follow(story);
      if (nextId === "") {
        loader.style.visibility = "hidden";
        observer.disconnect();
      }
      busy = false;
    });
  };

  // The newsletter form goes before the last paragraph of a text that is long enough.
  const newsletter = (scope) => {
    const content = scope.closest("[y-name=article-content]");
    const form = scope.querySelector("script[y-name=newsletter]").textContent.trim();
    content.after(scope);
    const paragraphs = content.querySelectorAll("p");
    if (content.textContent.replace(/\s+/g, " ").split(" ").length > 100 && paragraphs.length > 2) {
      paragraphs[paragraphs.length - 1].insertAdjacentHTML("beforebegin", form);
    }
  };

  const advertise = (scope) => {
    const wide = ["sm", "md", "lg", "xl"].some((name) => JSON.parse(scope.dataset.viewports).includes(name));
    if (wide === window.innerWidth >= 768) scope.innerHTML = JSON.parse(scope.dataset.pool)[0].html;
  };

  const tabs = (scope) => {
    const show = (name) => {
      each(scope, "[y-name=tab]", (tab) => tab.classList.toggle(scope.dataset.active, tab.dataset.content === name));
      each(scope, ".tabs__content", (content) => {
        content.style.display = content.getAttribute("y-name").endsWith(name) ? "" : "none";
      });
    };
    each(scope, "[y-name=tab]", (tab) => tab.addEventListener("click", () => show(tab.dataset.content)));
    show("justin");
  };

  const timeAgo = (time) => {
    const days = Math.round((Date.now() - new Date(time.getAttribute("datetime").replace(" ", "T"))) / 1000 / DAY);
    if (days >= 0 && days < 7) time.textContent = ["today", "yesterday"][days] ?? `${days} days ago`;
  };

  const more = (scope) => {
    let offset = Number(scope.dataset.start);
    scope.querySelector(".button").addEventListener("click", async () => {
      const answer = await fetch(here(scope.dataset.url.replace("{{offset}}", offset)));
      offset += Number(scope.dataset.step);
      const items = answer.ok ? await answer.text() : "";
      if (items.trim()) scope.insertAdjacentHTML("beforebegin", items);
      else scope.remove();
    });
  };

  // A live blog: twenty posts, newest first, twenty more whenever the end is in view, new ones on top.
  const live = (scope) => {
    const seen = new Set();
    const template = (name) => scope.querySelector(`script[y-name="${name}"]`).textContent.trim();
    const text = (value) => String(value ?? "").replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
    const fill = (name, values) => {
      const holder = document.createElement("template");
      holder.innerHTML = template(name).replace(/\{\{\s*([\w.]+)(?:\s*\|\s*(\w+))?\s*\}\}/g, (_, path, filter) => {
        const value = path.split(".").reduce((part, key) => part?.[key], values);
        return text(filter === "time" ? new Date(value).toLocaleString("en-US") : value);
      });
      return holder.content.firstElementChild;
    };
    const block = (data) => {
      if (data.type === "html") {
        const made = fill("block-html", {});
        made.innerHTML = data.body;
        return made;
      }
      if (data.type === "embed") {
        const made = fill("block-embed", {});
        made.querySelector("[y-name=embed]").innerHTML = data.embed;
        return made;
      }
      return fill(`block-${data.type}`, data.type === "link" ? data : data[data.type]);
    };
    const post = (data) => {
      const made = fill("post", data);
      made.querySelector("[y-name=body]").append(...data.body.map(block));
      return made;
    };
    let from = 0;
    let older = [];
    const load = async () => {
      const first = from === 0;
      const answer = await fetch(here(scope.dataset.url.replace("{{from}}", Math.floor(from / 60) * 60)));
      if (!answer.ok) return;
      const fresh = (await answer.json()).filter((data) => !seen.has(data.id));
      for (const data of fresh) {
        seen.add(data.id);
        from = new Date(data.time).getTime() / 1000;
      }
      const made = fresh.reverse().map(post);
      if (first) older = made.splice(20);
      else made.forEach((element) => element.classList.add("live-post--new"));
      scope.prepend(...made);
    };
    load().then(() => whenSeen(document.getElementById("load-next"), () => scope.append(...older.splice(0, 20))));
    setInterval(load, 10_000);
  };

  // The donation bar slides in after two thirds of a screen.
  const bar = (scope) => {
    if (!settings.bar) return;
    window.addEventListener("scroll", () => {
      if (!suspended("contribute-cta") && window.scrollY > (window.innerHeight * 2) / 3) {
        scope.classList.add("contribute-bar--show");
      }
    });
    scope.querySelector("[y-name=contributeLater]").addEventListener("click", () => {
      remember("contribute-cta", "suspended", 3.5);
      scope.classList.remove("contribute-bar--show");
    });
  };

  // The classic donation message: after ten seconds, and its parent stops scrolling.
  const modal = (scope) => setTimeout(() => {
    if (suspended("contribute-modal")) return;
    const close = (days) => {
      scope.classList.remove("contribute-modal--in");
      setTimeout(() => { scope.style.display = "none"; }, 400);
      remember("contribute-modal", "suspended", days);
      scope.parentElement.style.overflow = "scroll";
    };
    scope.style.display = "flex";
    scope.parentElement.style.overflow = "hidden";
    requestAnimationFrame(() => scope.classList.add("contribute-modal--in"));
    scope.querySelector("[y-name=close]").addEventListener("click", () => close(1));
    scope.querySelector("[y-name=contribute-btn]").addEventListener("click", () => close(3));
    document.body.addEventListener("keyup", (event) => {
      if (event.key === "Escape") close(1);
    });
  }, settings.delay ?? 10_000);

  // The newer message, over the page or between the paragraphs; nothing remembers that it was closed.
  const message = (scope) => {
    const over = scope.matches(".tmt-message--overlay");
    const close = () => {
      scope.remove();
      if (over) document.body.style.overflow = "";
    };
    each(scope, ".tmt-message__close, .tmt-message__remind", (button) => button.addEventListener("click", close));
    each(scope, ".tmt-message__period", (tab) => tab.addEventListener("click", () => {
      each(scope, ".tmt-message__period", (other) => other.classList.toggle("active", other === tab));
    }));
    if (over) {
      setTimeout(() => {
        scope.hidden = false;
        document.body.style.overflow = "hidden";
      }, settings.delay ?? 1_500);
    }
  };

  // Consent is asked for in a frame; both answers are remembered.
  const consent = () => {
    if (!settings.consent || has("consentUUID") || has("euconsent-v2")) return;
    const container = document.createElement("div");
    container.id = "sp_message_container_1021";
    const frame = document.createElement("iframe");
    frame.id = "sp_message_iframe_1021";
    frame.title = "Consent Message";
    frame.src = `${location.origin}/consent/index.html?message_id=1021`;
    container.append(frame);
    document.body.append(container);
    document.documentElement.classList.add("sp-message-open");
    window.addEventListener("message", (event) => {
      if (event.source !== frame.contentWindow || !event.data.consent) return;
      remember("consentUUID", "00000000-0000-4000-8000-000000001021", 365);
      remember("euconsent-v2", event.data.consent, 365);
      document.documentElement.classList.remove("sp-message-open");
      container.remove();
    });
  };

  const start = (scope) => {
    each(scope, "[y-use='article.Newsletter']", newsletter);
    each(scope, "[y-use=Banner]", advertise);
    each(scope, "[y-use=Tabs]", tabs);
    each(scope, "time[y-use=Timeago]", timeAgo);
    each(scope, ".tmt-message", message);
  };

  start(document);
  each(document, "[y-use='article.IsIntersecting']", follow);
  each(document, "[y-use='article.InfiniteScroll']", scrollOn);
  each(document, "[y-use=Live]", live);
  each(document, "[y-use=More]", more);
  each(document, "[y-use='contribute.Bar']", bar);
  each(document, "[y-use='contribute.Modal']", modal);
  setTimeout(consent, 400);
})();
