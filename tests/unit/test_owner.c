/* test_owner.c - what client owners and their instances say of themselves
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "model/know/owner.h"
#include "suite.h"

#include <string.h>

#include "model/model.h"

static nfs4_bytes text(const char *string)
{
    return (nfs4_bytes){(const uint8_t *)string, (uint32_t)strlen(string)};
}

typedef struct {
    wmem_allocator_t *scope;
    nfs4_model *model;
    nfs4_owner *owner;
} fixture;

static fixture presented(const char *bytes)
{
    fixture made = {.scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE)};
    nfs4_endpoint endpoint = {.port = 2049};
    made.model = model_new(made.scope);
    nfs4_server *server = server_endpoint_get(&made.model->servers, &endpoint)->server;
    made.owner = owner_get(&made.model->owners, server, text(bytes), 1, 1);
    return made;
}

static void end(fixture *made)
{
    model_free(made->model);
    wmem_destroy_allocator(made->scope);
}

/* An instance that names who made its software, "" for nobody. */
static void says(fixture *made, uint64_t verifier, const char *domain)
{
    const nstime_t now = {1772359200, 0};
    nfs4_instance *instance =
        owner_get_instance(&made->model->owners, made->owner, verifier, &now, 1);
    owner_add_software(&made->model->owners, instance, text(domain), text("a name"));
}

static void assert_software(const char *owner, const char *domain, const char *expected)
{
    fixture made = presented(owner);
    says(&made, 1, domain);
    g_assert_cmpstr(owner_software(made.owner), ==, expected);
    end(&made);
}

static void test_software(void)
{
    assert_software("Linux NFSv4.1 web01", "netapp.com", "Linux"); /* its form tells */
    assert_software("something", "", NULL);
    assert_software("something", "kernel.org", "Linux");
    assert_software("something", "Kernel.ORG", "Linux");
    assert_software("something", "msnfs41client.org", OWNER_SOFTWARE_WINDOWS);
    assert_software("something", "netapp.com", "NetApp");
    assert_software("something", "emc.com", "Dell EMC");
    assert_software("something", "emc.co", NULL);
    assert_software("something", "emc.com.example", NULL);
}

static void test_software_of_a_later_instance(void)
{
    fixture made = presented("something");
    says(&made, 1, "example.com");
    says(&made, 2, "emc.com");
    says(&made, 2, "netapp.com"); /* what it said first counts */
    g_assert_cmpstr(owner_software(made.owner), ==, "Dell EMC");
    end(&made);
}

static void test_nameless(void)
{
    static const struct {
        const char *owner;
        bool nameless;
    } cases[] = {{"Linux NFSv4.1 (none)", true},   {"Linux NFSv4.2 id/(none)", true},
                 {"Linux NFSv4.1 (none", false},   {"Linux NFSv4.1 (none).example", false},
                 {"Linux NFSv4.1 NONE", false},    {"Linux NFSv4.0 (none)/10.0.0.1", true},
                 {"something else (none)", false}, {"Linux NFSv4.1 localhost", false}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        owner_form form = owner_form_parse(text(cases[i].owner));
        g_assert_cmpint(owner_form_is_nameless(&form), ==, cases[i].nameless);
    }
}

/* Owners of the same bytes at several servers, the latest first. */
static void test_namesakes(void)
{
    fixture made = presented("web01");
    nfs4_endpoint endpoint = {.port = 2050};
    nfs4_owners *owners = &made.model->owners;
    nfs4_server *second = server_endpoint_get(&made.model->servers, &endpoint)->server;
    endpoint.port = 2051;
    nfs4_server *third = server_endpoint_get(&made.model->servers, &endpoint)->server;
    nfs4_owner *other = owner_get(owners, second, text("web01"), 1, 2);
    nfs4_owner *last = owner_get(owners, third, text("web01"), 1, 3);
    g_assert_true(owner_get(owners, third, text("web01"), 1, 4) == last);
    g_assert_true(owner_first_of(owners, text("web01")) == last);
    g_assert_true(last->namesake == other && other->namesake == made.owner);
    g_assert_null(made.owner->namesake);
    g_assert_null(owner_first_of(owners, text("web02")));
    owner_remove(owners, other);
    g_assert_true(last->namesake == made.owner && made.owner->next == last);
    owner_remove(owners, last);
    g_assert_true(owner_first_of(owners, text("web01")) == made.owner);
    g_assert_true(owners->last == made.owner && made.owner->next == NULL);
    owner_remove(owners, made.owner);
    g_assert_null(owner_first_of(owners, text("web01")));
    g_assert_true(owners->first == NULL && owners->last == NULL);
    end(&made);
}

SUITE(test_owner)
{
    g_test_add_func("/owner/software_by_form_or_domain", test_software);
    g_test_add_func("/owner/software_of_a_later_instance", test_software_of_a_later_instance);
    g_test_add_func("/owner/nameless", test_nameless);
    g_test_add_func("/owner/namesakes", test_namesakes);
}
