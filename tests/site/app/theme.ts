/** What next-themes writes as the first script of the body, reduced to what it does here. */
export const themeScript = `(()=>{var d=document.documentElement,t='system';try{t=localStorage.getItem('theme')||t}catch(e){}if(t==='system')t=matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light';d.classList.remove('light','dark');d.classList.add(t);d.style.colorScheme=t})()`;
