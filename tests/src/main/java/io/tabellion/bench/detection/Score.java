package io.tabellion.bench.detection;

/** Counts of one type. Confined. */
final class Score {
  int found;
  int missed;
  int wrong;
  int exact;

  void add(Score other) {
    found += other.found;
    missed += other.missed;
    wrong += other.wrong;
    exact += other.exact;
  }

  int labelled() {
    return found + missed;
  }

  double precision() {
    return found + wrong == 0 ? 1 : (double) found / (found + wrong);
  }

  double recall() {
    return labelled() == 0 ? 1 : (double) found / labelled();
  }

  /** The F measure that counts recall twice. */
  double f2() {
    double p = precision();
    double r = recall();
    return p + r == 0 ? 0 : 5 * p * r / (4 * p + r);
  }
}
