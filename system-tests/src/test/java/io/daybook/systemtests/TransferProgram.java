package io.daybook.systemtests;

import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.engine.SmallFiles;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;

/**
 * Opens the store that the process before left behind, verifies it, and moves money in it by many
 * threads until it is killed. Says {@code ready}, and of each transfer {@code done ID} after the
 * store acknowledged it.
 *
 * <p>Arguments: the store's folder, a file with the ids of all transfers acknowledged so far, the
 * number of the round, the seed, and whether the store's files are small.
 */
final class TransferProgram {
  private static final int THREADS = 32;

  private final FileOutputStream output = new FileOutputStream(FileDescriptor.out);

  private TransferProgram() {}

  /** Runs until it is killed, or whoever started it ends. */
  public static void main(String[] arguments) {
    try {
      Path folder = Path.of(arguments[0]);
      Set<String> acknowledged = Set.copyOf(Files.readAllLines(Path.of(arguments[1])));
      boolean small = Boolean.parseBoolean(arguments[4]);
      EngineStore store =
          EngineStore.open(folder, small ? SmallFiles.options() : EngineOptions.defaults());
      var transfers = new Transfers(store);
      transfers.verify(acknowledged);
      transfers.openAccounts();
      new TransferProgram().run(transfers, arguments[2], Long.parseLong(arguments[3]));
    } catch (Exception | Error e) {
      end(e);
    }
  }

  private void run(Transfers transfers, String round, long seed) throws IOException {
    say("ready");
    for (int i = 0; i < THREADS; i++) {
      String prefix = round + "-" + i + "-";
      var random = new Random(31 * seed + i);
      Thread.ofVirtual()
          .start(() -> {
            try {
              for (int n = 0; ; n++) {
                transfers.transfer(prefix + n, random);
                say("done " + prefix + n);
              }
            } catch (IOException | RuntimeException | Error e) {
              end(e);
            }
          });
    }
    while (System.in.read() >= 0) {
      // until whoever started this is gone
    }
    Runtime.getRuntime().halt(0);
  }

  /** One write each: a pipe takes a line whole or not at all, also when this is killed. */
  private void say(String line) throws IOException {
    output.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static void end(Throwable failure) {
    failure.printStackTrace();
    Runtime.getRuntime().halt(1);
  }
}
