package io.daybook.cli;

import io.daybook.eventstore.EventStoreException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a head or a proof, without a store. */
@Command(
    name = "check-proof",
    description = {
      "Check a signed head or a proof with the public key alone. Needs no store.",
      "",
      "Says what is proved, and shows the event if the proof holds one; exit code 1 if anything"
          + " does not match.",
      ""
    },
    optionListHeading = "%nOptions:%n")
final class CheckProofCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(
      paramLabel = "FILE",
      description = "What head --sign or prove has written; - is standard input.")
  private String file = "-";

  @Option(
      names = "--key",
      paramLabel = "PUBFILE",
      required = true,
      description = "The public key of whoever signed, from a source that you trust.")
  private String key = "";

  CheckProofCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    String publicKey = ProofFiles.read(key, context);
    String proof = ProofFiles.read(file, context);
    Proofs.Checked checked;
    try {
      checked = context.proofs().check(proof, publicKey);
    } catch (EventStoreException e) {
      throw CommandFailedException.failure("not valid: " + e.getMessage(), e);
    }
    context.out().line("valid: " + Text.printable(checked.sentence()));
    checked.event().ifPresent(event -> new EventLineWriter(context.out()).write(event));
    return ExitCode.OK;
  }
}
