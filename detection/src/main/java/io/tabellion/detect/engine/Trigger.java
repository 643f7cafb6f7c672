package io.tabellion.detect.engine;

/** What makes the engine ask a detector: it is not asked anywhere else. */
public sealed interface Trigger {

  /**
   * A literal.
   *
   * @param text at least one character; ASCII if its case counts
   * @param anyCase whether upper and lower case are the same
   * @param first where it counts
   */
  record Keyword(String text, boolean anyCase, First first) implements Trigger {
    public Keyword {
      if (text.isEmpty() || (!anyCase && !text.chars().allMatch(c -> c < 128))) {
        throw new IllegalArgumentException("keyword: " + text + " (expected: ASCII, not empty)");
      }
    }
  }

  /**
   * A maximal run of digits, the first in its word if {@code before} says no other, and what it
   * must look like for the detector to be asked. The more is said, the fewer numbers concern it.
   *
   * @param min fewest digits
   * @param max most digits
   * @param before what stands before the run
   * @param follow characters of which one follows the run: of {@code . : - space / )}, {@code A}
   *     for any letter, {@code *} for anything else and the end
   * @param first the letters and digits of which one begins the word that the run is in
   * @param third digits of which one is the third of the run, as the first of a month is
   * @param next what stands behind the one sign that follows
   * @param whole where a match starts and ends
   * @param word fewest letters and digits of the word that the run is in
   * @param layout where digits stand
   * @param alone the best score of a match that starts with this run and has no context word near
   *     it; below the detector's threshold the words are looked for first
   */
  record Digits(
      int min,
      int max,
      Before before,
      String follow,
      String first,
      String third,
      Next next,
      Whole whole,
      int word,
      Layout layout,
      double alone)
      implements Trigger {
    static final String ANY_FOLLOW = "*.:-/ )A";

    static final String ANY_DIGIT = "0123456789";

    static final String ANY_FIRST =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public Digits {
      if (min < 1 || max < min) {
        throw new IllegalArgumentException(
            "max: " + max + " (expected: at least min, " + min + ")");
      }
    }

    public Digits(int min, int max, Before before, String follow) {
      this(min, max, before, follow, ANY_FIRST, ANY_DIGIT, Next.ANY, Whole.ANY, 1, Layout.ANY, 1);
    }

    /** Returns this trigger for runs in words that begin with one of {@code signs}. */
    public Digits first(String signs) {
      return new Digits(min, max, before, follow, signs, third, next, whole, word, layout, alone);
    }

    /** Returns this trigger for runs of which the third digit is one of {@code digits}. */
    public Digits third(String digits) {
      return new Digits(min, max, before, follow, first, digits, next, whole, word, layout, alone);
    }

    /** Returns this trigger for runs behind whose one sign that follows stands {@code behind}. */
    public Digits next(Next behind) {
      return new Digits(min, max, before, follow, first, third, behind, whole, word, layout, alone);
    }

    /** Returns this trigger for matches that start and end there. */
    public Digits whole(Whole place) {
      return new Digits(min, max, before, follow, first, third, next, place, word, layout, alone);
    }

    /**
     * Returns this trigger for runs in words of at least so many letters and digits, at most 64.
     */
    public Digits word(int least) {
      return new Digits(min, max, before, follow, first, third, next, whole, least, layout, alone);
    }

    /** Returns this trigger for digits that stand so. */
    public Digits layout(Layout places) {
      return new Digits(min, max, before, follow, first, third, next, whole, word, places, alone);
    }

    /** Returns this trigger with {@code best} as what a match is worth without context words. */
    public Digits alone(double best) {
      return new Digits(min, max, before, follow, first, third, next, whole, word, layout, best);
    }
  }

  /**
   * What stands behind the one sign that follows a run of digits.
   *
   * @param min fewest digits
   * @param max most digits
   * @param letter whether a letter may stand there
   * @param then characters of which one follows those digits, as {@link Digits#follow} has them
   */
  record Next(int min, int max, boolean letter, String then) {
    static final Next ANY = new Next(0, Integer.MAX_VALUE, true, Digits.ANY_FOLLOW);

    /** So many digits, and no letter where there are none. */
    public static Next digits(int min, int max) {
      return new Next(min, max, false, Digits.ANY_FOLLOW);
    }

    /** A letter. */
    public static Next aLetter() {
      return new Next(1, 0, true, Digits.ANY_FOLLOW);
    }

    /** Returns this, or a letter. */
    public Next orLetter() {
      return new Next(min, max, true, then);
    }

    /** Returns this with one of {@code signs} behind it. */
    public Next then(String signs) {
      return new Next(min, max, letter, signs);
    }
  }

  /**
   * Where a match starts and ends, counted from the start of its run of digits. Letters or digits
   * are first and last in it, and none stands before or behind it.
   *
   * @param from 0, or less where something stands before the run
   * @param to 0 if all this is not known
   */
  record Whole(int from, int to) {
    static final Whole ANY = new Whole(0, 0);
  }

  /**
   * Where digits stand from the start of a run on.
   *
   * @param looked a bit for each byte that is looked at, the first one's the lowest
   * @param digits of these, those that are digits; the others are none
   * @param apart where a match ends that is no part of a longer row of numbers with single spaces
   *     between them; 0 if it may be
   */
  record Layout(long looked, long digits, int apart) {
    static final Layout ANY = new Layout(0, 0, 0);

    /**
     * As a shape has them: {@code 9} is a digit, {@code X} a letter or digit, anything else is no
     * digit.
     */
    public static Layout of(String shape) {
      long looked = 0;
      long digits = 0;
      for (int i = 0; i < Math.min(shape.length(), Long.SIZE); i++) {
        looked |= shape.charAt(i) == 'X' ? 0 : 1L << i;
        digits |= shape.charAt(i) == '9' ? 1L << i : 0;
      }
      return new Layout(looked, digits, 0);
    }

    /** Returns this for matches of so many bytes that are no part of a longer row. */
    Layout apart(int length) {
      return new Layout(looked, digits, length);
    }
  }

  /**
   * What stands before a run of digits.
   *
   * @param minLetters fewest letters directly before it; three stands for more too
   * @param maxLetters most letters
   * @param digits whether digits may stand before the letters
   * @param hexadecimal whether all letters must be hexadecimal digits
   * @param signs where no letter stands before: of {@code + ( - . / : , _}, {@code $} for it and
   *     {@code # % @}, {@code J H T C} for a point, hyphen, colon and comma with a digit before it,
   *     {@code *} for anything else
   */
  record Before(int minLetters, int maxLetters, boolean digits, boolean hexadecimal, String signs) {
    /** As many letters as are told apart. */
    static final int MANY = 3;

    private static final String BEHIND_NO_NUMBER = "*+(-./:,_$TC";
    private static final String ANY_SIGN = BEHIND_NO_NUMBER + "JH";

    /** Letters, and no digit before them: the first digits of a word. */
    public static final Before LETTER = new Before(1, MANY, false, false, "");

    public static final Before NO_LETTER = new Before(0, 0, false, false, ANY_SIGN);

    /** No letter, and no number that a point or hyphen joins: the first digits of a number. */
    public static final Before NO_NUMBER = new Before(0, 0, false, false, BEHIND_NO_NUMBER);

    public static final Before ANY = new Before(0, MANY, true, false, ANY_SIGN);

    /** At most so many letters, all hexadecimal digits, and no digit before them. */
    public static Before hexadecimal(int most) {
      return new Before(0, most, false, true, ANY_SIGN);
    }

    /** Returns this without {@code signs}. */
    public Before not(String signs) {
      String others = this.signs.replaceAll("[" + signs + "]", "");
      return new Before(minLetters, maxLetters, digits, hexadecimal, others);
    }

    /** One of {@code signs} and no letter. */
    public static Before sign(String signs) {
      return new Before(0, 0, false, false, signs);
    }

    /** So many letters, no letter or digit before them; three stands for more too. */
    public static Before letters(int count) {
      int counted = Math.min(count, MANY);
      return new Before(counted, counted, false, false, counted == 0 ? ANY_SIGN : "");
    }
  }

  /** Returns the trigger for {@code text} in any case. */
  static Trigger word(String text) {
    return new Keyword(text, true, First.ANYWHERE);
  }

  /** Returns the trigger for exactly {@code text}. */
  static Trigger literal(String text) {
    return new Keyword(text, false, First.ANYWHERE);
  }

  /** Returns the trigger for exactly {@code text} at the start of a word. */
  static Trigger start(String text) {
    return new Keyword(text, false, First.IN_WORD);
  }

  /** Returns the trigger for {@code text}, one sign or more of it, first in a run of that sign. */
  static Trigger run(String text) {
    return new Keyword(text, false, First.IN_RUN);
  }

  /** Where a keyword counts. */
  enum First {
    ANYWHERE,
    /** Where no letter, digit or underscore stands before it. */
    IN_WORD,
    /** Where its own first sign does not stand before it. */
    IN_RUN;

    boolean isAt(Text text, int start) {
      return switch (this) {
        case ANYWHERE -> true;
        case IN_WORD -> !CharSet.WORD.has(text.at(start - 1));
        case IN_RUN -> text.at(start - 1) != text.at(start);
      };
    }
  }
}
