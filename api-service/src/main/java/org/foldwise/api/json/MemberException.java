package org.foldwise.api.json;

/** Thrown by the constructor of a request record: one of its members does not fit, for a reason that no annotation can say. */
public final class MemberException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String member;

    /**
     * A mistake in a member.
     *
     * @param member its name
     * @param detail what is wrong with it
     */
    public MemberException(String member, String detail) {
        super(detail);
        this.member = member;
    }

    String member() {
        return member;
    }
}
