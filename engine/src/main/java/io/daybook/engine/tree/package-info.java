/**
 * The Merkle tree over the log, exactly as RFC 9162 defines it: a leaf for each event, in the order
 * of positions.
 *
 * <p>{@link io.daybook.engine.tree.TreeHash} hashes events and nodes, {@link
 * io.daybook.engine.tree.MerkleTree} makes roots and proofs out of {@link
 * io.daybook.engine.tree.Leaves}, {@link io.daybook.engine.tree.MerklePaths} checks them. Leaves
 * come from the log ({@link io.daybook.engine.tree.LogLeaves}) or from a file that keeps them
 * ({@link io.daybook.engine.tree.LeafFile}); {@link io.daybook.engine.tree.LeafFiles} makes these
 * files. Nothing here is touched by an append.
 *
 * <p>A file of leaves is derived, and can be made anew, until a scavenge drops events of its log
 * file. From then on it is all that is left of them, and is the truth.
 */
@NullMarked
package io.daybook.engine.tree;

import org.jspecify.annotations.NullMarked;
