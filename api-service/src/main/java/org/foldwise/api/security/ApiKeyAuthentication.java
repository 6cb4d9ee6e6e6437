package org.foldwise.api.security;

import java.util.Collection;
import org.foldwise.registry.access.Role;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** The caller in Spring Security's terms: a principal with one authority per role that its role implies. */
final class ApiKeyAuthentication extends AbstractAuthenticationToken {
    private static final long serialVersionUID = 1L;

    private final transient Caller caller;

    ApiKeyAuthentication(Caller caller) {
        super(authorities(caller.role()));
        this.caller = caller;
        setAuthenticated(true);
    }

    @Override
    public Caller getPrincipal() {
        return caller;
    }

    /** The secret is not kept once it has been verified. */
    @Override
    public String getCredentials() {
        return "";
    }

    private static Collection<GrantedAuthority> authorities(Role role) {
        return role.implied().stream()
                .<GrantedAuthority>map(implied -> new SimpleGrantedAuthority(implied.name()))
                .toList();
    }
}
