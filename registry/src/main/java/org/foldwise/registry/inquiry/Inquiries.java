package org.foldwise.registry.inquiry;

import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.NoRepositoryBean;
import org.springframework.data.repository.Repository;

/** The stored inquiries of one kind. */
@NoRepositoryBean
public interface Inquiries<I extends Inquiry> extends Repository<I, UUID> {
    I saveAndFlush(I inquiry);

    Optional<I> findById(UUID id);
}
