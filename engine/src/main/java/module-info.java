/**
 * The embedded store: one directory, one process, opened with one line. Every acknowledged append
 * is on disk.
 */
module io.daybook.engine {
  requires static com.github.luben.zstd_jni;
  requires static transitive org.jspecify;
  requires transitive io.daybook.eventstore;

  exports io.daybook.engine;
  exports io.daybook.engine.keys;
  exports io.daybook.engine.proof;
}
