package io.daybook.eventstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class PayloadTest {

  @Test
  void bytesAreCopiedOnTheWayIn() {
    byte[] bytes = {1, 2, 3};
    Payload payload = Payload.of(bytes, "application/x");
    Payload json = Payload.json(bytes);
    bytes[0] = 9;
    assertThat(payload.toByteArray()).containsExactly(1, 2, 3);
    assertThat(json.toByteArray()).containsExactly(1, 2, 3);
  }

  @Test
  void bytesAreCopiedOnTheWayOut() {
    Payload payload = Payload.of(new byte[] {1, 2, 3}, "application/x");
    payload.toByteArray()[0] = 9;
    assertThat(payload.toByteArray()).containsExactly(1, 2, 3);
  }

  @Test
  void viewsCannotBeWritten() throws IOException {
    Payload payload = Payload.of(new byte[] {1, 2, 3}, "application/x");
    ByteBuffer view = payload.asByteBuffer();
    assertThat(view.isReadOnly()).isTrue();
    assertThat(view.hasArray()).isFalse();
    assertThatExceptionOfType(ReadOnlyBufferException.class)
        .isThrownBy(() -> view.put(0, (byte) 9));
    assertThat(payload.inputStream().readAllBytes()).containsExactly(1, 2, 3);
    view.position(2);
    assertThat(payload.asByteBuffer().remaining()).isEqualTo(3);
  }

  @Test
  void aRangeOfAnArrayIsTaken() {
    byte[] bytes = {0, 1, 2, 3, 4};
    assertThat(Payload.of(bytes, 1, 3, "application/x").toByteArray()).containsExactly(1, 2, 3);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Payload.of(bytes, 3, 3, "application/x"));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Payload.of(bytes, -1, 3, "application/x"));
  }

  @Test
  void bytesAreCopiedToAPlace() {
    byte[] target = new byte[5];
    Payload.of(new byte[] {1, 2, 3}, "application/x").copyTo(target, 1);
    assertThat(target).containsExactly(0, 1, 2, 3, 0);
  }

  @Test
  void aJsonTextIsItsUtf8Bytes() {
    Payload payload = Payload.json("{\"name\":\"Zoë 😀\"}");
    assertThat(payload.toByteArray()).isEqualTo("{\"name\":\"Zoë 😀\"}".getBytes(UTF_8));
    assertThat(payload.text()).isEqualTo("{\"name\":\"Zoë 😀\"}");
    assertThat(payload.contentType()).isEqualTo("application/json");
    assertThat(payload.size()).isEqualTo(20);
  }

  @Test
  void aTextThatHasNoUtf8FormIsRefused() {
    for (String broken :
        new String[] {"\"\ud83d\"", "\"\ude00\"", "\ud83d", "\ud83d\ud83d\ude00"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Payload.json(broken))
          .withMessageContaining("unpaired surrogate");
    }
    assertThat(Payload.json("\ud83d\ude00?").text()).isEqualTo("\ud83d\ude00?");
  }

  @Test
  void thePayloadsOfTheSameBytesAndTypeAreEqual() {
    Payload payload = Payload.of(new byte[] {1, 2}, "application/x");
    assertThat(payload)
        .isEqualTo(Payload.of(new byte[] {1, 2}, "application/x"))
        .hasSameHashCodeAs(Payload.of(new byte[] {1, 2}, "application/x"))
        .isNotEqualTo(Payload.of(new byte[] {1, 3}, "application/x"))
        .isNotEqualTo(Payload.of(new byte[] {1, 2}, "application/y"));
    assertThat(Payload.json("{}")).isEqualTo(Payload.of("{}".getBytes(UTF_8), Payload.JSON));
  }

  @Test
  void noBytesAtAllIsAPayloadToo() {
    assertThat(Payload.empty().isEmpty()).isTrue();
    assertThat(Payload.empty().size()).isZero();
    assertThat(Payload.json("")).isEqualTo(Payload.empty());
    assertThat(Payload.of(new byte[0], "text/csv")).isNotEqualTo(Payload.empty());
  }

  @Test
  void aShortJsonTextIsShownAndAnythingElseMeasured() {
    assertThat(Payload.json("{\"a\":1}")).hasToString("{\"a\":1}");
    assertThat(Payload.json("x".repeat(201))).hasToString("application/json, 201 bytes");
    assertThat(Payload.of(new byte[3], "image/png")).hasToString("image/png, 3 bytes");
  }

  @Test
  void nullIsRefused() {
    assertThatNullPointerException().isThrownBy(() -> Payload.json((String) null));
    assertThatNullPointerException().isThrownBy(() -> Payload.json((byte[]) null));
    assertThatNullPointerException().isThrownBy(() -> Payload.of(null, "text/plain"));
    assertThatNullPointerException().isThrownBy(() -> Payload.of(new byte[1], null));
  }
}
