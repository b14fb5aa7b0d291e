package io.daybook.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heads and proofs by the command. */
class ProofsTest {
  @TempDir private Path directory;

  @BeforeEach
  void fill() {
    for (int i = 0; i < 3; i++) {
      run("append", "a-1", "--type", "T", "--data", "{\"n\":" + i + "}").ok();
    }
    run("head", "--new-key", file("key")).ok();
  }

  private Shell.Outcome run(String... args) {
    return Shell.run(directory.resolve("store"), args);
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private Shell.Outcome check(String name) {
    return Shell.run(
        directory.resolve("none"), "check-proof", file(name), "--key", file("key.pub"));
  }

  private void refused(String line, String... args) {
    Shell.Outcome outcome = run(args);
    assertThat(outcome.err()).contains(line).hasLineCount(1);
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void keysAreMadeOnceAndAreSecret() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file("key")))))
        .isEqualTo("rw-------");
    String secret = Files.readString(Path.of(file("key")));
    refused("the file exists already", "head", "--new-key", file("key"));
    Files.delete(Path.of(file("key")));
    refused("the file exists already", "head", "--new-key", file("key"));
    assertThat(Path.of(file("key"))).doesNotExist();
    assertThat(run("head", "--new-key", file("other")).ok().out())
        .startsWith("key ")
        .doesNotContain("BEGIN");
    assertThat(Files.readString(Path.of(file("other")))).isNotEqualTo(secret);
  }

  @Test
  void theHeadIsAPosition() {
    assertThat(run("head").ok().out()).isEqualTo("2\n");
    assertThat(run("head", "--json").ok().out())
        .matches("\\{\"store\":\"[0-9a-f-]{36}\",\"epoch\":0,\"position\":2}\n");
  }

  @Test
  void aSignedHeadIsCheckedWithoutTheStore() throws IOException {
    String head = run("head", "--sign", "--key", file("key")).ok().out();
    assertThat(head).startsWith("daybook-head 1\nstore ");
    run("head", "--sign", "--key", file("key"), "--out", file("head")).ok();
    assertThat(check("head").ok().out())
        .matches(
            "valid: the head of store [0-9a-f-]{36} with 3 events, signed at .* with the key"
                + " [0-9a-f]{16}\n");
    String changed = Files.readString(Path.of(file("head"))).replace("events 3", "events 2");
    Files.writeString(Path.of(file("head")), changed);
    Shell.Outcome outcome = check("head");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .hasLineCount(1)
        .startsWith("daybook check-proof: not valid: the signature does not match");
  }

  @Test
  void anEventIsProved() throws IOException {
    run("prove", "1", "--key", file("key"), "--out", file("proof")).ok();
    assertThat(check("proof").ok().out())
        .startsWith("valid: the event below stands at position 1 of store ")
        .contains("\n{\"position\":1,\"stream\":\"a-1\",")
        .endsWith("\"data\":{\"n\":1}}\n");
    String changed = Files.readString(Path.of(file("proof"))).replace("{\"n\":1}", "{\"n\":7}");
    Files.writeString(Path.of(file("proof")), changed);
    assertThat(check("proof").err())
        .startsWith("daybook check-proof: not valid: the event does not match");

    run("head", "--sign", "--key", file("key"), "--out", file("head")).ok();
    run("append", "a-1", "--type", "T", "--data", "1").ok();
    run("prove", "0", "--head", file("head"), "--hash-only", "--out", file("hash")).ok();
    assertThat(check("hash").ok().out())
        .startsWith("valid: an event with the hash ")
        .contains(" with 3 events")
        .hasLineCount(1);
    refused("there is no event at position 3", "prove", "3", "--head", file("head"));
  }

  @Test
  void historyIsProved() {
    run("head", "--sign", "--key", file("key"), "--out", file("head")).ok();
    run("append", "a-1", "--type", "T", "--data", "1").ok();
    run("prove", "--since", file("head"), "--key", file("key"), "--out", file("since")).ok();
    assertThat(check("since").ok().out())
        .startsWith("valid: the 3 events signed at ")
        .contains(" stand unchanged at the beginning of store ")
        .endsWith("; 1 came since\n");
    Shell.run(directory.resolve("other"), "append", "a-1", "--type", "T", "--data", "1").ok();
    Shell.Outcome other =
        Shell.run(
            directory.resolve("other"), "prove", "--since", file("head"), "--key", file("key"));
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err()).contains("the head is of the store ").hasLineCount(1);
  }

  @Test
  void whatIsAskedWronglyIsSaidAndNoKeyIsShown() {
    refused("--sign needs --key", "head", "--sign");
    refused("--key and --out need --sign", "head", "--key", file("key"));
    refused("either POSITION or --since", "prove", "--key", file("key"));
    refused("either --key or --head", "prove", "1");
    refused("is a public key", "head", "--sign", "--key", file("key.pub"));
    refused("there is no file", "head", "--sign", "--key", file("nokey"));
    refused("is the key", "head", "--sign", "--key", file("key"), "--out", file("key"));
    String nowhere = file("no-folder") + "/file";
    refused("there is no folder", "head", "--sign", "--key", file("key"), "--out", nowhere);
    refused("there is no folder", "head", "--new-key", nowhere);
    refused("not a proof", "check-proof", file("key.pub"), "--key", file("key.pub"));
    refused("the signer's secret", "check-proof", file("key"), "--key", file("key"));
  }
}
