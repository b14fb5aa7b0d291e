/** Benchmarks of the engine, with SQLite and RocksDB measured in the same run. */
@NullMarked
package io.daybook.benchmarks;

import org.jspecify.annotations.NullMarked;
