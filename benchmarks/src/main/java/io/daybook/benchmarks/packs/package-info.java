/**
 * The experiment behind decision 0007: ways to keep a full log file on the disk, compared over the
 * same frames. Losing designs are kept here, beside the figures they lost by.
 */
@NullMarked
package io.daybook.benchmarks.packs;

import org.jspecify.annotations.NullMarked;
