package io.daybook.examples.bank;

import io.daybook.engine.EngineOptions;
import io.daybook.engine.EngineStore;
import io.daybook.engine.SmallFiles;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A bank that is killed. Opens the store that the process before left behind, sends the last
 * transfers that were acknowledged again, and then has many threads move money until it is killed.
 * Says of each transfer {@code done ID} after the bank made it.
 *
 * <p>Each thread is a client that numbers its transfers, and goes on after the last that was
 * acknowledged: so it sends again what was under way when the process before was killed.
 *
 * <p>Arguments: the store's folder, a file with the ids of all transfers acknowledged so far in
 * their order, the seed, and whether the store's files are small.
 */
public final class TransferProgram {
  private static final int CLIENTS = 32;

  private final FileOutputStream output = new FileOutputStream(FileDescriptor.out);
  private final Transfers transfers;

  private TransferProgram(Transfers transfers) {
    this.transfers = transfers;
  }

  /** Runs until it is killed, or whoever started it ends. */
  public static void main(String[] arguments) {
    try {
      Path folder = Path.of(arguments[0]);
      List<String> acknowledged = Files.readAllLines(Path.of(arguments[1]));
      boolean small = Boolean.parseBoolean(arguments[3]);
      EngineStore store =
          EngineStore.open(folder, small ? SmallFiles.options() : EngineOptions.defaults());
      var transfers = new Transfers(store, Long.parseLong(arguments[2]));
      transfers.openAccounts();
      transfers.repeatNewest(acknowledged);
      new TransferProgram(transfers).run(acknowledged);
    } catch (Exception | Error e) {
      end(e);
    }
  }

  private void run(List<String> acknowledged) throws IOException {
    var next = new int[CLIENTS];
    for (String id : acknowledged) {
      String[] numbers = id.split("-", 2);
      int client = Integer.parseInt(numbers[0]);
      next[client] = Math.max(next[client], Integer.parseInt(numbers[1]) + 1);
    }
    for (int client = 0; client < CLIENTS; client++) {
      String prefix = client + "-";
      int first = next[client];
      Thread.ofVirtual().start(() -> makeTransfers(prefix, first));
    }
    while (System.in.read() >= 0) {
      // until whoever started this is gone
    }
    Runtime.getRuntime().halt(0);
  }

  private void makeTransfers(String prefix, int first) {
    try {
      for (int n = first; ; n++) {
        if (transfers.make(prefix + n)) {
          say("done " + prefix + n);
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      end(e);
    }
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
