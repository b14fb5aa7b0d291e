package io.daybook.engine.log;

import com.github.luben.zstd.Zstd;
import io.daybook.eventstore.EventStoreFailedException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the blocks of packs with zstd. The library is optional: whoever has no packs does
 * without.
 */
public final class BlockCodec {
  private static final int LEVEL = 6;

  private BlockCodec() {}

  /**
   * Makes sure that the library is there.
   *
   * @throws EventStoreFailedException if it is not
   */
  public static void require() {
    try {
      Zstd.compressBound(1);
    } catch (LinkageError e) {
      throw missing(e);
    }
  }

  private static EventStoreFailedException missing(LinkageError error) {
    return new EventStoreFailedException(
        "compressed log files need the library com.github.luben:zstd-jni, which cannot be loaded ("
            + error
            + "); add it to the class path, or to the module path with --add-modules"
            + " com.github.luben.zstd_jni",
        error);
  }

  /**
   * The bytes compressed; as they are, if that is not shorter or they are more than the library
   * takes at once.
   */
  static byte[] compress(byte[] plain, int length) {
    try {
      long bound = Zstd.compressBound(length);
      if (bound < Integer.MAX_VALUE - 16) {
        byte[] target = new byte[(int) bound];
        long size = Zstd.compressByteArray(target, 0, target.length, plain, 0, length, LEVEL);
        if (!Zstd.isError(size) && size < length) {
          return Arrays.copyOf(target, (int) size);
        }
      }
      return Arrays.copyOf(plain, length);
    } catch (LinkageError e) {
      throw missing(e);
    }
  }

  /** The bytes that were compressed; null if these are not so many. */
  static byte @Nullable [] decompress(byte[] packed, int length) {
    if (packed.length == length) {
      return packed;
    }
    byte[] plain = new byte[length];
    try {
      long size = Zstd.decompressByteArray(plain, 0, length, packed, 0, packed.length);
      return Zstd.isError(size) || size != length ? null : plain;
    } catch (RuntimeException _) {
      // its own exception; named, it would have to be there for this class to be loaded
      return null;
    } catch (LinkageError e) {
      throw missing(e);
    }
  }
}
