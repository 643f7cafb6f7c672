/**
 * The trail: what readers may ask of the record and what they are shown. One class for each thing
 * that can be asked, in types of ours; an edge translates questions and answers, and nothing else.
 *
 * <p>Who asks takes tickets, and no answer leaves without the last one:
 *
 * <pre>
 * Reader ──▶ Visit ──▶ Permit ──▶ ReadingRoom ──▶ Recorded ──▶ Shown
 * known      has a     the role   reads           the entry    may leave
 *            seat      suffices                   is durable
 * </pre>
 */
@NullMarked
package io.tabellion.trail;

import org.jspecify.annotations.NullMarked;
