package io.tabellion.bench.detection;

/** Counts of one type. Confined. */
final class Score {
  int found;
  int missed;
  int wrong;
  int exact;

  /** Labels that a finding of any type overlaps. */
  int hidden;

  void add(Score other) {
    found += other.found;
    missed += other.missed;
    wrong += other.wrong;
    exact += other.exact;
    hidden += other.hidden;
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

  double hiddenShare() {
    return labelled() == 0 ? 1 : (double) hidden / labelled();
  }

  /** The F measure that counts recall twice. */
  double f2() {
    double p = precision();
    double r = recall();
    return p + r == 0 ? 0 : 5 * p * r / (4 * p + r);
  }
}
