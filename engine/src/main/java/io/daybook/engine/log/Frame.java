package io.daybook.engine.log;

import io.daybook.engine.io.Bytes;

/** Where things stand in a frame; see {@code docs/format.md}. */
final class Frame {
  static final int LENGTH = 0;
  static final int CHECK = 4;
  static final int CHAIN = 8;
  static final int KIND = 12;

  /** Whether the append goes on in the next frame: 1, or 0. */
  static final int GOES_ON = 13;

  static final int FIRST_POSITION = 16;
  static final int RECORDED_AT = 24;
  static final int DURABLE_MARK = 32;
  static final int ID_BASE = 40;
  static final int EVENTS = 48;
  static final int RUNS = 52;
  static final int STRINGS = 56;
  static final int STRING_BYTES = 60;
  static final int HEADER_BYTES = 64;

  static final int RUN_BYTES = 16;
  static final int EVENT_BYTES = 8;
  static final int STRING_END_BYTES = 4;

  static final byte KIND_APPEND = 1;
  static final byte KIND_CLOSE = 2;

  /** An append of which all behind the header is sealed; see {@link SealedFrame}. */
  static final byte KIND_SEALED = 3;

  static final int SHORT_ID = 1;
  static final int HAS_METADATA = 2;
  static final int DATA_NOT_JSON = 4;
  static final int METADATA_NOT_JSON = 8;
  static final int TAGS_SHIFT = 4;

  /** In place of the number of tags: only id and type follow; see {@link Stub}. */
  static final int SCAVENGED = 14;

  /** In place of the number of tags: a varint with the number follows. */
  static final int MANY_TAGS = 15;

  private Frame() {}

  /** The bytes before the first body. */
  static long metaBytes(int runs, int events, int strings, int stringBytes) {
    return HEADER_BYTES
        + (long) RUN_BYTES * runs
        + (long) EVENT_BYTES * events
        + (long) STRING_END_BYTES * strings
        + stringBytes;
  }

  static long padded(long length) {
    return (length + 7) & ~7L;
  }

  /** One step of what an event's check covers besides its body. */
  static long cover(long hash, long value) {
    return Bytes.mix(hash ^ value);
  }

  static int fold(long hash) {
    return (int) (hash ^ (hash >>> 32));
  }
}
