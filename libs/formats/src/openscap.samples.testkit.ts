/** What the three large samples say, one word and one severity a rule, in the order of each file; read from them by another program. */

const WORDS: Record<string, string> = { p: 'pass', f: 'fail', c: 'unknown', n: 'not-applicable', s: 'notselected' };
const SEVERITIES: Record<string, string> = { h: 'high', m: 'medium', l: 'low' };

export const RHEL7 = words(`
  SV-204393r603261=fm SV-204396r603261=fm SV-204397r603261=fm SV-204398r603261=fm SV-204399r603261=fm SV-204402r603261=fm SV-204403r603261=fm
  SV-204404r603261=fm SV-204405r603261=pm SV-204406r603261=pm SV-204407r603261=fm SV-204408r603261=fm SV-204409r603261=fm SV-204410r603261=fm
  SV-204411r603261=fm SV-204412r603261=fm SV-204413r603261=fm SV-204414r603261=fm SV-204415r603261=pm SV-204416r603261=pm SV-204417r603261=pm
  SV-204418r603261=fm SV-204419r603261=fm SV-204420r603261=fm SV-204421r603261=fm SV-204422r603261=fm SV-204423r603261=fm SV-204424r603261=fh
  SV-204425r603261=ph SV-204426r603261=fm SV-204429r603261=pm SV-204430r603261=pm SV-204431r603261=fm SV-204432r603261=fh SV-204433r603261=fh
  SV-204434r603261=fm SV-204435r603261=fm SV-204437r603261=pm SV-204438r744095=ph SV-204440r744098=fh SV-204442r603261=ph SV-204443r603261=ph
  SV-204445r603261=fm SV-204447r603261=ph SV-204448r603261=fh SV-204449r603261=fm SV-204450r603261=fm SV-204451r603261=pm SV-204452r603261=fl
  SV-204457r603261=pm SV-204458r744100=ph SV-204461r603261=pl SV-204462r603261=ph SV-204466r603261=pm SV-204467r603826=pm SV-204482r603261=pm
  SV-204483r603261=pm SV-204487r744106=pm SV-204490r603261=pm SV-204491r603261=pm SV-204493r603840=fl SV-204494r603261=fl SV-204495r603261=fl
  SV-204496r603261=fl SV-204497r603261=fh SV-204502r603261=ph SV-204503r603261=pm SV-204504r603261=fm SV-204506r603261=fm SV-204507r603261=pm
  SV-204508r603261=pm SV-204509r603261=fm SV-204510r603261=fm SV-204511r603261=fm SV-204512r603261=fm SV-204514r603261=fm SV-204515r603261=pm
  SV-204516r603261=fm SV-204517r603261=fm SV-204518r603261=fm SV-204519r603261=fm SV-204520r603261=fm SV-204521r603261=fm SV-204522r603261=fm
  SV-204523r603261=fm SV-204524r603261=fm SV-204525r603261=fm SV-204526r603261=fm SV-204527r603261=fm SV-204528r603261=fm SV-204529r603261=fm
  SV-204530r603261=fm SV-204531r603261=fm SV-204532r603261=fm SV-204533r603261=fm SV-204534r603261=fm SV-204535r603261=fm SV-204536r603261=fm
  SV-204537r603261=fm SV-204538r603261=fm SV-204539r603261=fm SV-204540r603261=fm SV-204541r603261=fm SV-204542r603261=fm SV-204543r603261=fm
  SV-204544r603261=fm SV-204545r603261=fm SV-204546r603261=fm SV-204547r603261=fm SV-204548r603261=fm SV-204549r603261=fm SV-204550r603261=fm
  SV-204551r603261=fm SV-204552r603261=fm SV-204553r603261=fm SV-204554r603261=fm SV-204555r603261=fm SV-204556r603261=fm SV-204557r603261=fm
  SV-204558r603261=fm SV-204559r603261=fm SV-204560r603261=fm SV-204561r603261=fm SV-204562r603261=fm SV-204563r603261=fm SV-204564r603261=fm
  SV-204565r603261=fm SV-204566r603261=fm SV-204567r603261=fm SV-204568r744115=fm SV-204569r603261=fm SV-204570r603261=fm SV-204571r603261=fm
  SV-204572r603261=fm SV-204573r603261=fm SV-204576r603261=fl SV-204578r744116=fm SV-204579r646844=fm SV-204584r603261=fm SV-204585r603261=pm
  SV-204587r603261=fm SV-204588r603261=pm SV-204589r603261=fm SV-204590r603261=fm SV-204591r603261=fm SV-204592r603261=fm SV-204593r603261=fm
  SV-204594r603261=ph SV-204595r744117=fm SV-204596r603261=pm SV-204597r792834=fm SV-204598r603261=fm SV-204599r603261=fm SV-204600r603261=fm
  SV-204601r603261=fm SV-204602r603261=fm SV-204605r603261=fl SV-204606r603261=ph SV-204607r603261=ph SV-204609r603261=pm SV-204612r603261=pm
  SV-204613r603261=fm SV-204614r603261=fm SV-204615r603261=fm SV-204616r603261=fm SV-204617r603261=fm SV-204620r603261=ph SV-204621r603261=ph
  SV-204622r603849=fm SV-204624r646847=fm SV-204625r603261=fm SV-204627r603261=ph SV-204630r603261=fm SV-204631r603261=fm SV-204632r603261=fm
  SV-204633r603261=fm SV-214799r603261=ph SV-237633r646850=pm SV-237634r646853=fm SV-237635r792836=fm
`);

export const OCP4 = words(`
  file_integrity_exists=sm fips_mode_enabled=sh accounts_restrict_service_account_tokens=sm accounts_unique_service_account=sm
  controller_rotate_kubelet_server_certs=sm controller_terminated_pod_gc_threshhold=sl controller_use_service_account=sm
  controller_service_account_ca=sm controller_insecure_port_disabled=sl controller_service_account_private_key=sm controller_secure_port=sl
  api_server_tls_cert=sm api_server_auth_mode_node=sm api_server_admission_control_plugin_NodeRestriction=sm api_server_kubelet_certificate_authority=sh
  audit_log_forwarding_enabled=sm api_server_client_ca=sm api_server_tls_cipher_suites=sm api_server_service_account_lookup=sm
  api_server_anonymous_auth=sm api_server_admission_control_plugin_SecurityContextDeny=sm api_server_audit_log_maxsize=sm
  ocp_api_server_audit_log_maxbackup=sl ocp_api_server_audit_log_maxsize=sm api_server_admission_control_plugin_AlwaysAdmit=sm
  api_server_insecure_bind_address=sm api_server_kubelet_client_cert=sh api_server_bind_address=sl api_server_etcd_key=sm
  api_server_admission_control_plugin_Scc=sm api_server_api_priority_v1alpha1_flowschema_catch_all=sm api_server_request_timeout=sm
  api_server_admission_control_plugin_ServiceAccount=sm api_server_encryption_provider_config=sm api_server_service_account_public_key=sm
  api_server_auth_mode_rbac=sm api_server_oauth_https_serving_cert=sm api_server_api_priority_gate_enabled=sm api_server_etcd_cert=sm
  api_server_basic_auth=sm api_server_auth_mode_no_aa=sm api_server_insecure_port=sm api_server_api_priority_flowschema_catch_all=sm
  api_server_admission_control_plugin_NamespaceLifecycle=sm api_server_audit_log_path=sh api_server_profiling_protected_by_rbac=sm
  api_server_https_for_kubelet_conn=sm api_server_tls_private_key=sm api_server_openshift_https_serving_cert=sm api_server_etcd_ca=sm
  api_server_audit_log_maxbackup=sl api_server_no_adm_ctrl_plugins_disabled=sm api_server_admission_control_plugin_AlwaysPullImages=sh
  api_server_token_auth=sh api_server_kubelet_client_key=sh api_server_encryption_provider_cipher=sm scc_limit_network_namespace=sm
  scc_limit_ipc_namespace=sm scc_limit_privilege_escalation=sm scc_limit_container_allowed_capabilities=sm scc_drop_container_capabilities=sm
  scc_limit_net_raw_capability=sm scc_limit_process_id_namespace=sm scc_limit_privileged_containers=sm scc_limit_root_containers=sm
  openshift_api_server_audit_log_path=sh classification_banner=sm ocp_allowed_registries_for_import=sm ocp_allowed_registries=sm
  secrets_consider_external_storage=sm secrets_no_environment_variables=sm oauth_inactivity_timeout=sm ocp_idp_no_htpasswd=sm ocp_no_ldap_insecure=sh
  oauth_or_oauthclient_inactivity_timeout=sm idp_is_configured=sm oauthclient_inactivity_timeout=sm compliancesuite_exists=sm audit_profile_set=sm
  scheduler_port_is_zero=sm scheduler_no_bind_address=sm rbac_limit_cluster_admin=sm rbac_debug_role_protects_pprof=sm rbac_pod_creation_access=sm
  rbac_limit_secrets_access=sm rbac_wildcard_use=sm configure_network_policies_namespaces=sh routes_protected_by_tls=sm configure_network_policies=sh
  etcd_unique_ca=nm etcd_peer_cert_file=sm etcd_peer_auto_tls=sm etcd_cert_file=sm etcd_peer_key_file=sm etcd_key_file=sm etcd_auto_tls=sm
  etcd_peer_client_cert_auth=sm etcd_client_cert_auth=sm file_groupowner_worker_ca=sm file_permissions_kubelet_conf=pm file_owner_kubelet_conf=pm
  file_groupowner_worker_kubeconfig=sm file_owner_worker_ca=sm file_groupowner_proxy_kubeconfig=sm file_permissions_worker_ca=sm
  file_owner_proxy_kubeconfig=sm file_groupowner_kubelet_conf=pm file_permissions_proxy_kubeconfig=sm file_permissions_worker_service=sm
  file_permissions_worker_kubeconfig=sm file_owner_worker_kubeconfig=sm file_owner_worker_service=sm file_groupowner_worker_service=sm
  kubelet_configure_client_ca=pm kubelet_eviction_thresholds_set_soft_nodefs_inodesfree=pm kubelet_enable_cert_rotation=fm
  kubelet_enable_protect_kernel_defaults=fm kubelet_eviction_thresholds_set_hard_memory_available=pm
  kubelet_configure_tls_cipher_suites_kubeapiserver_operator=sm kubelet_configure_tls_cipher_suites_openshiftapiserver_operator=sm
  kubelet_enable_iptables_util_chains=pm kubelet_eviction_thresholds_set_soft_nodefs_available=pm kubelet_configure_tls_key=sm
  kubelet_enable_server_cert_rotation=pm kubelet_disable_hostname_override=pm kubelet_configure_tls_cert=sm kubelet_disable_readonly_port=sm
  kubelet_eviction_thresholds_set_soft_memory_available=pm kubelet_anonymous_auth=pm kubelet_configure_event_creation=pm kubelet_authorization_mode=sm
  kubelet_configure_tls_cipher_suites_ingresscontroller=sm kubelet_eviction_thresholds_set_soft_imagefs_available=pm
  kubelet_eviction_thresholds_set_hard_imagefs_available=pm kubelet_eviction_thresholds_set_hard_nodefs_available=pm
  kubelet_eviction_thresholds_set_hard_nodefs_inodesfree=pm kubelet_enable_client_cert_rotation=pm
  kubelet_eviction_thresholds_set_soft_imagefs_inodesfree=pm kubelet_configure_tls_cipher_suites=fm
  kubelet_eviction_thresholds_set_hard_imagefs_inodesfree=pm kubelet_enable_streaming_connections=pm general_namespaces_in_use=sm
  general_default_seccomp_profile=sm general_default_namespace_use=sm general_apply_scc=sm general_configure_imagepolicywebhook=sm
  file_owner_etcd_pki_cert_files=sm file_groupowner_etcd_data_files=sm file_permissions_ovs_conf_db_lock=sm file_groupowner_etcd_member=sm
  file_groupowner_ovs_vswitchd_pid=sm file_owner_openshift_pki_cert_files=sm file_groupowner_ovs_sys_id_conf=sm file_permissions_etcd_member=sm
  file_owner_kubeconfig=sm file_permissions_kube_apiserver=sm file_owner_kube_controller_manager=sm file_permissions_kube_scheduler=sm
  file_permissions_master_admin_kubeconfigs=sm file_permissions_openvswitch=sm file_permissions_ovs_vswitchd_pid=sm
  file_permissions_scheduler_kubeconfig=sm file_permissions_etcd_data_files=sm file_permissions_openshift_pki_cert_files=sm
  file_groupowner_kube_scheduler=sm file_owner_kube_scheduler=sm file_groupowner_etcd_data_dir=sm file_groupowner_openshift_sdn_cniserver_config=sm
  file_owner_etcd_data_files=sm file_groupowner_ovs_conf_db_lock=sm file_owner_ovs_conf_db=sm file_owner_cni_conf=pm file_permissions_ovs_conf_db=sm
  file_perms_openshift_sdn_cniserver_config=sm file_groupowner_kubeconfig=sm file_owner_var_lib_etcd=sm file_groupowner_ovs_pid=sm
  file_groupowner_kube_apiserver=sm file_owner_scheduler_kubeconfig=sm file_owner_master_admin_kubeconfigs=sm file_owner_etcd_data_dir=sm
  file_groupowner_openvswitch=sm file_permissions_ovs_sys_id_conf=sm file_permissions_cni_conf=pm file_groupowner_openshift_pki_key_files=sm
  file_groupowner_ip_allocations=sm file_permissions_etcd_pki_cert_files=sm file_permissions_kubeconfig=sm file_owner_ovs_conf_db_lock=sm
  file_permissions_kube_controller_manager=sm file_groupowner_scheduler_kubeconfig=sm file_owner_ip_allocations=sm file_groupowner_multus_conf=sm
  file_groupowner_kube_controller_manager=sm file_permissions_scheduler=sm file_permissions_multus_conf=sm file_owner_ovsdb_server_pid=sm
  file_permissions_var_lib_etcd=sm file_owner_openvswitch=sm file_permissions_etcd_data_dir=sm file_permissions_ovs_pid=sm
  file_permissions_controller_manager_kubeconfig=sm file_groupowner_ovs_conf_db=sm file_groupowner_openshift_pki_cert_files=sm
  file_groupowner_controller_manager_kubeconfig=sm file_groupowner_etcd_pki_cert_files=sm file_owner_etcd_member=sm
  file_owner_openshift_pki_key_files=sm file_owner_ovs_vswitchd_pid=sm file_permissions_ip_allocations=sm file_owner_multus_conf=sm
  file_owner_ovs_sys_id_conf=sm file_permissions_ovsdb_server_pid=sm file_owner_kube_apiserver=sm file_groupowner_master_admin_kubeconfigs=sm
  file_groupowner_ovsdb_server_pid=sm file_permissions_openshift_pki_key_files=sm file_owner_ovs_pid=sm file_owner_openshift_sdn_cniserver_config=sm
  file_owner_controller_manager_kubeconfig=sm file_groupowner_cni_conf=pm
`);

export const POD = words(`
  ocp_idp_no_htpasswd=sm accounts_restrict_service_account_tokens=cm accounts_unique_service_account=cm configure_network_policies=ch
  configure_network_policies_namespaces=ch scheduler_profiling_argument=fl secrets_no_environment_variables=cm file_permissions_worker_kubeconfig=cm
  file_groupowner_worker_service=fm file_groupowner_proxy_kubeconfig=cm file_permissions_worker_ca=fm file_owner_worker_service=fm
  file_groupowner_worker_kubeconfig=cm file_groupowner_kubelet_conf=fm file_permissions_worker_service=fm file_permissions_proxy_kubeconfig=cm
  file_owner_worker_ca=fm file_owner_proxy_kubeconfig=cm file_groupowner_worker_ca=fm file_owner_worker_kubeconfig=cm file_permissions_kubelet_conf=fm
  file_owner_kubelet_conf=fm controller_use_service_account=pm controller_bind_address=pl controller_service_account_private_key=cm
  controller_service_account_ca=cm controller_rotate_kubelet_server_certs=fm scc_limit_process_id_namespace=cm scc_limit_root_containers=cm
  scc_limit_privilege_escalation=cm scc_limit_ipc_namespace=cm scc_limit_container_allowed_capabilities=cm scc_limit_net_raw_capability=cm
  scc_limit_network_namespace=cm scc_drop_container_capabilities=cm scc_limit_privileged_containers=cm general_configure_imagepolicywebhook=fm
  rbac_limit_secrets_access=cm rbac_wildcard_use=cm rbac_pod_creation_access=cm rbac_limit_cluster_admin=cm kubelet_configure_client_ca=fm
  kubelet_disable_readonly_port=pm kubelet_anonymous_auth=cm kubelet_enable_server_cert_rotation=fm kubelet_configure_tls_key=fm
  kubelet_enable_streaming_connections=cm kubelet_authorization_mode=cm kubelet_configure_event_creation=fm kubelet_enable_client_cert_rotation=fm
  kubelet_configure_tls_cert=fm ocp_allowed_registries_for_import=sm etcd_client_cert_auth=fm etcd_peer_key_file=fm etcd_peer_cert_file=fm
  etcd_unique_ca=fm etcd_peer_auto_tls=fm etcd_peer_client_cert_auth=fm etcd_cert_file=fm etcd_auto_tls=fm etcd_key_file=fm file_owner_cni_conf=pm
  file_permissions_etcd_member=cm file_owner_etcd_member=cm file_owner_kube_scheduler=cm file_groupowner_kube_apiserver=cm file_owner_kube_apiserver=cm
  file_owner_openvswitch=fm file_permissions_kube_controller_manager=cm file_groupowner_controller_manager_kubeconfig=fm
  file_groupowner_scheduler_kubeconfig=cm file_permissions_openvswitch=fm file_owner_var_lib_etcd=fm file_permissions_var_lib_etcd=fm
  file_owner_controller_manager_kubeconfig=fm file_permissions_scheduler_kubeconfig=cm file_owner_kube_controller_manager=cm
  file_permissions_kubeconfig=cm file_permissions_kube_scheduler=cm file_owner_kubeconfig=cm file_groupowner_kube_controller_manager=cm
  file_permissions_kube_apiserver=cm file_permissions_cni_conf=pm file_groupowner_kubeconfig=cm file_groupowner_kube_scheduler=cm
  file_permissions_controller_manager_kubeconfig=fm file_groupowner_cni_conf=pm file_groupowner_openvswitch=fm file_groupowner_etcd_member=cm
  file_owner_scheduler_kubeconfig=cm api_server_insecure_port=pm api_server_tls_private_key=fm api_server_tls_cert=fm api_server_client_ca=fm
  api_server_audit_log_path=fh api_server_tls_cipher_suites=fm api_server_admission_control_plugin_EventRateLimit=fm api_server_authorization_mode=pm
  api_server_audit_log_maxage=fm api_server_profiling=fl api_server_admission_control_plugin_ServiceAccount=fm
  api_server_admission_control_plugin_AlwaysAdmit=pm api_server_encryption_provider_cipher=fm api_server_token_auth=ph api_server_anonymous_auth=fm
  api_server_etcd_ca=fm api_server_encryption_provider_config=fm api_server_request_timeout=fm api_server_audit_log_maxsize=fm
  api_server_admission_control_plugin_NodeRestriction=fm api_server_admission_control_plugin_SecurityContextDeny=fm
  api_server_admission_control_plugin_PodSecurityPolicy=fm api_server_basic_auth=pm api_server_kubelet_client_key=fh
  api_server_service_account_public_key=fm api_server_etcd_key=fm api_server_admission_control_plugin_AlwaysPullImages=fh
  api_server_kubelet_client_cert=fh api_server_audit_log_maxbackup=fl api_server_kubelet_https=fm api_server_etcd_cert=fm
  api_server_insecure_bind_address=pm api_server_kubelet_certificate_authority=fh api_server_admission_control_plugin_NamespaceLifecycle=fm
  api_server_secure_port=fm
`);

/** `name=fh`: fail, high. The words are pass, fail, notchecked, notapplicable and not s-elected, the severities high, medium and low. */
function words(text: string): readonly (readonly [name: string, word: string, severity: string])[] {
  return text.trim().split(/\s+/).map((entry) => {
    const at = entry.lastIndexOf('=');
    return [entry.slice(0, at), WORDS[entry.charAt(at + 1)] ?? '', SEVERITIES[entry.charAt(at + 2)] ?? ''] as const;
  });
}
