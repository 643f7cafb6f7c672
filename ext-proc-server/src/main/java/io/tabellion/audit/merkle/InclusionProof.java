package io.tabellion.audit.merkle;

import java.util.List;

/**
 * Says that a leaf stands at {@code index} of the tree of {@code size} leaves.
 *
 * @param path hashes from the leaf's sibling up (RFC 9162 §2.1.3)
 */
public record InclusionProof(long index, long size, List<Hash> path) {

  public InclusionProof {
    path = List.copyOf(path);
  }

  /** Whether it leads from this leaf hash to this root; the steps are RFC 9162 §2.1.3.2. */
  public boolean verify(Hash leaf, Hash root) {
    if (index < 0 || index >= size) { // step 1
      return false;
    }
    long fn = index; // step 2
    long sn = size - 1;
    Hash r = leaf; // step 3
    for (Hash p : path) { // step 4
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        r = Hash.ofChildren(p, r);
        int shift = (fn & 1) == 1 || fn == 0 ? 0 : Long.numberOfTrailingZeros(fn);
        fn >>= shift;
        sn >>= shift;
      } else {
        r = Hash.ofChildren(r, p);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 && r.equals(root); // step 5
  }
}
