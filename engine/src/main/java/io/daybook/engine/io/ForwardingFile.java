package io.daybook.engine.io;

import java.io.IOException;

/** Does what another file does. To be extended by what does some of it in another way. */
public abstract class ForwardingFile implements DiskFile {
  private final DiskFile file;

  /** Forwards to that file. */
  protected ForwardingFile(DiskFile file) {
    this.file = file;
  }

  /** The file that is forwarded to. */
  protected final DiskFile file() {
    return file;
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public void write(long offsetBytes, byte[] bytes, int from, int length) throws IOException {
    file.write(offsetBytes, bytes, from, length);
  }

  @Override
  public void sync() throws IOException {
    file.sync();
  }

  @Override
  public void syncRange(long offsetBytes, long length) throws IOException {
    file.syncRange(offsetBytes, length);
  }

  @Override
  public void truncate(long size) throws IOException {
    file.truncate(size);
  }

  @Override
  public Mapping map(long size) throws IOException {
    return file.map(size);
  }

  @Override
  public byte[] readAll() throws IOException {
    return file.readAll();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
