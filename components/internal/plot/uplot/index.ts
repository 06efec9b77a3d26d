/** uPlot, which loads in any place; the order of these imports matters. */
import './before.js';
import uPlot from 'uplot';
import './after.js';

export default uPlot;
