/**
 * Evidence that a log was not changed, which anybody can check who has the public key, without the
 * store.
 *
 * <p>A {@link io.daybook.engine.proof.SignedHead} is the signed hash of all events up to a moment.
 * An {@link io.daybook.engine.proof.InclusionProof} shows that an event is one of them, a {@link
 * io.daybook.engine.proof.ConsistencyProof} that the events of an older head are the first ones of
 * a newer head. All three are a {@link io.daybook.engine.proof.Proof} and have one text form.
 *
 * <p>What this cannot show: that the events were true when they were appended, or that there is no
 * other log that was signed with the same key. Whoever holds the private key can sign whatever he
 * likes; so heads are given to others, who keep them.
 *
 * <p>The tree is that of RFC 9162 (Certificate Transparency), the signature Ed25519 of RFC 8032.
 * Everything here is immutable.
 */
@NullMarked
package io.daybook.engine.proof;

import org.jspecify.annotations.NullMarked;
