package io.daybook.engine.io;

/** What is done to a disk. */
public enum DiskOperation {
  CREATE_FOLDER(true),
  CREATE(true),
  OPEN(false),
  MAP(false),
  WRITE(true),
  SYNC(true),
  SYNC_RANGE(true),
  TRUNCATE(true),
  RENAME(true),
  DELETE(true),
  SYNC_FOLDER(true),
  LIST(false),
  LOCK(false),
  LINK(true);

  private final boolean step;

  DiskOperation(boolean step) {
    this.step = step;
  }

  /** Whether it changes the disk, and so is counted as a step at which a machine can crash. */
  public boolean isStep() {
    return step;
  }
}
