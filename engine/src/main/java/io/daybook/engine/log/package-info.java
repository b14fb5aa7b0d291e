/**
 * The log: the truth that everything else is derived from.
 *
 * <p>One append is one frame, or several if it is large. {@link io.daybook.engine.log.FrameEncoder}
 * writes frames into the buffer of a group, {@link io.daybook.engine.log.ActiveLog} writes and
 * syncs the buffer, {@link io.daybook.engine.log.GroupCommit} decides who does it for whom, {@link
 * io.daybook.engine.log.EventReader} reads single events back, and {@link
 * io.daybook.engine.log.FrameScanner} reads frames one after another for recovery and verification.
 * {@link io.daybook.engine.log.Manifest} says which files are alive. The bytes are drawn in {@code
 * docs/format.md}.
 */
@NullMarked
package io.daybook.engine.log;

import org.jspecify.annotations.NullMarked;
