/**
 * The header of a lab: its name, the pages beside it, what is trained and where, and a menu. On a narrow page the menu
 * has all that has no room beside it.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { Lab } from '../../src/lab/index.js';
import type { TermsController } from '../internal/kit/element/terms-controller.js';
import { moreIcon, themeIcon } from '../internal/kit/icons.js';
import { positionPopover } from '../internal/kit/position-popover.js';
import { viewOf } from '../internal/lab/lab-view.js';
import '../lr-backend-status/lr-backend-status.js';
import '../lr-export-menu/lr-export-menu.js';
import { configText, settingsText } from './config-text.js';
import { exportedParts } from './exported-parts.js';
import type { LaterDialog } from './later-dialogs.js';

/** What the header shows, and what its buttons do. */
export interface HeaderSettings {
  /** Whether the lab is all of the page. */
  readonly isPage: boolean;
  readonly isNarrow: boolean;
  readonly isDark: boolean;
  /** Whether it offers links to the session. */
  readonly share: boolean;
  readonly schedulersHref: string | null;
  readonly learnHref: string | null;
  /** Leaves the header: the next Tab stop is the first button of the controls. */
  onSkip(): void;
  onLanguage(): void;
  onTheme(): void;
  onDialog(kind: LaterDialog): void;
  onFile(file: File): void;
}

/** Renders the header; without a Lab there is nothing to set up or to export. */
export function labHeader(
  lab: Lab | undefined,
  localize: TermsController,
  settings: HeaderSettings,
): TemplateResult {
  const { terms } = localize;
  const { isPage, isNarrow } = settings;
  const handleSkip = (event: Event): void => {
    event.preventDefault();
    settings.onSkip();
  };
  const { name } = terms.lab;
  return html`<header part="header" role=${isPage ? nothing : 'group'} aria-label=${isPage ? nothing : name}>
    ${
      isPage
        ? html`<a class="skip button primary" href="#main" @click=${handleSkip}>${terms.lab.skip}</a>`
        : nothing
    }
    ${isPage ? html`<h1 class="name">${name}</h1>` : html`<p class="name">${name}</p>`}
    <p class="tagline">${terms.lab.tagline}</p>
    ${pages(localize, settings)}
    <div class="end">
      ${lab === undefined || isNarrow ? nothing : chips(lab, localize, settings)}
      ${isNarrow ? nothing : languageButton(localize, settings)} ${toolMenu(lab, localize, settings)}
    </div>
  </header>`;
}

/** Closes the menu, if it is open, so that the focus returns to its button after a dialog. */
export function closeMenu(root: ParentNode): void {
  const open = root.querySelector<HTMLElement>('.menu:popover-open');
  open?.hidePopover();
  if (open) buttonOf(open).focus();
}

const buttonOf = (menu: HTMLElement): HTMLElement => menu.previousElementSibling as HTMLElement;

function handleMenu(event: ToggleEvent): void {
  const menu = event.currentTarget as HTMLElement;
  if (event.newState === 'open') positionPopover(menu, buttonOf(menu));
}

/** The pages beside the lab. */
function pages(
  { terms }: TermsController,
  { schedulersHref, learnHref }: HeaderSettings,
): TemplateResult | typeof nothing {
  if (schedulersHref === null) return nothing;
  const words = terms.lab.pages;
  return html`<nav aria-label=${words.label}>
    <span aria-current="page">${words.lab}</span>
    ${learnHref === null ? nothing : html`<a href=${learnHref}>${words.learn}</a>`}
    <a href=${schedulersHref}>${words.schedulers}</a>
  </nav>`;
}

/** Settings, backend and sharing: in the header, or on a narrow page in its menu. */
function chips(lab: Lab, localize: TermsController, { share, onDialog }: HeaderSettings): TemplateResult {
  const { terms } = localize;
  const number = (value: number) => localize.number(value);
  const settings = configText(viewOf(lab).selected.value.config, lab.modelName.value, terms.lab, number);
  return html`<button
      class="button settings"
      type="button"
      aria-label=${terms.lab.setUp(settings.join(', '))}
      title=${settings.join(' · ')}
      @click=${() => onDialog('setup')}
    >
      ${settingsText(lab, terms.lab)}<span class="caret" aria-hidden="true">▾</span>
    </button>
    <lr-backend-status exportparts=${exportedParts('backend-status')}></lr-backend-status>
    ${
      share
        ? html`<button class="button" type="button" @click=${() => onDialog('share')}>
            ${terms.share.open}
          </button>`
        : nothing
    }`;
}

function languageButton({ terms }: TermsController, { onLanguage }: HeaderSettings): TemplateResult {
  return html`<button
    class="button language"
    type="button"
    aria-label=${terms.lab.switchLanguage}
    @click=${onLanguage}
  >
    <span lang=${terms.$code === 'zh' ? 'en' : 'zh-CN'}>${terms.lab.otherLanguage}</span>
  </button>`;
}

function toolMenu(lab: Lab | undefined, localize: TermsController, settings: HeaderSettings): TemplateResult {
  const { terms } = localize;
  const { isNarrow, isDark, onDialog, onFile, onTheme } = settings;
  return html`<button
      class="button more icon-button"
      type="button"
      popovertarget="menu"
      aria-haspopup="dialog"
      aria-label=${terms.lab.more}
      title=${terms.lab.more}
    >
      ${moreIcon}
    </button>
    <div
      class="menu popover"
      id="menu"
      popover
      role="dialog"
      aria-label=${terms.lab.more}
      @toggle=${handleMenu}
    >
      ${lab === undefined || !isNarrow ? nothing : chips(lab, localize, settings)}
      ${
        lab === undefined
          ? nothing
          : html`<button class="button" type="button" @click=${() => onDialog('experiments')}>
                ${terms.lab.experiments.open}
              </button>
              <button class="button" type="button" @click=${() => onDialog('range')}>
                ${terms.range.open}
              </button>
              <lr-export-menu
                @lr-open-file=${(event: CustomEvent<{ file: File }>) => onFile(event.detail.file)}
              ></lr-export-menu>`
      }
      <button class="button" type="button" @click=${() => onDialog('keyboard')}>${terms.lab.keyboard}</button>
      <button class="button" type="button" @click=${onTheme}>
        ${themeIcon}${terms.lab.switchTheme(isDark ? terms.lab.themes.light : terms.lab.themes.dark)}
      </button>
      ${isNarrow ? languageButton(localize, settings) : nothing}
    </div>`;
}
