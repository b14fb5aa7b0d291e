/**
 * The disk as the engine sees it: a seam, so that tests can lose, tear and damage what a real disk
 * would.
 *
 * <p>{@link io.daybook.engine.io.Disk} is one folder. {@link io.daybook.engine.io.DiskFile} is
 * written at offsets and read through a {@link io.daybook.engine.io.Mapping}, which readers lease:
 * the last lease unmaps. What was written is durable after a sync; that a file is there under its
 * name is durable after a sync of its folder. Nothing here is interrupted by {@link
 * java.lang.Thread#interrupt}, which would close a channel for everybody.
 */
@NullMarked
package io.daybook.engine.io;

import org.jspecify.annotations.NullMarked;
