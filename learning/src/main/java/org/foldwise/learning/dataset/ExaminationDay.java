package org.foldwise.learning.dataset;

import java.time.LocalDate;

/**
 * Which days can be those of an examination. De-identification moves days by a century and more, so neither the first picture nor
 * today is a bound. Outside of these years are the days that programs write where there is none, such as the first of the year 1 and the last
 * of the year 9999, and the year 0, which calendars do not have.
 */
public final class ExaminationDay {
    /** The first year. */
    public static final int FIRST_YEAR = 1800;
    /** The last year. */
    public static final int LAST_YEAR = 2999;

    private ExaminationDay() {}

    /** Whether somebody may have been examined on that day. */
    public static boolean isOne(LocalDate day) {
        return day.getYear() >= FIRST_YEAR && day.getYear() <= LAST_YEAR;
    }
}
