import type { Terms } from './terms.js';

/** English: links and their QR codes. */
export const shareEn: Terms['share'] = {
  open: 'Share',
  title: 'Share this session',
  close: 'Close',
  introduction:
    'The link contains your settings and every action, but no results. Open it, press Start, and you get the same losses (bit for bit on the same kind of device).',
  introductionUntrained: 'The link contains your settings. Open it, press Start, and it trains the same run.',
  link: 'Link',
  copy: 'Copy',
  copied: 'Copied.',
  copyByHand: 'Your browser blocked the clipboard. The link is selected; press Ctrl/⌘+C.',
  qr: 'QR code',
  qrOf: 'QR code of this link',
  qrTooLong: (length, most) => `This link has ${length} characters; a QR code holds at most ${most}.`,
};
