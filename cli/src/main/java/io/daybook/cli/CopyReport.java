package io.daybook.cli;

/** Tells what a backup, a snapshot or a restore made. */
final class CopyReport {
  private CopyReport() {}

  /** One line: what was done, up to where, and how much of it was copied now. */
  static void write(Context context, String done, Maintenance.Copy copy, boolean json) {
    context.out().line(json ? json(copy) : text(done, copy));
  }

  private static String text(String done, Maintenance.Copy copy) {
    long position = copy.head().position().value();
    return done
        + (position < 0 ? ", without events: " : " up to position " + position + ": ")
        + "copied "
        + Text.count(copy.copiedFiles(), "file")
        + ", "
        + Text.bytes(copy.copiedBytes())
        + "; in all "
        + Text.count(copy.files(), "file")
        + ", "
        + Text.bytes(copy.bytes());
  }

  private static String json(Maintenance.Copy copy) {
    return "{\"store\":\"%s\",\"epoch\":%d,\"position\":%s,\"files\":%d,\"bytes\":%d,\"copiedFiles\":%d,\"copiedBytes\":%d}"
        .formatted(
            copy.head().storeId(),
            copy.head().epoch(),
            copy.head().position(),
            copy.files(),
            copy.bytes(),
            copy.copiedFiles(),
            copy.copiedBytes());
  }
}
